// Going through messages with the arrow keys: the log has the focus, or one of its rows.
import type { KeyboardEvent } from 'react';
import type { Row } from './rows.ts';

/** Answers the message to go to; null when the key is none of these. */
export function rowAfterKey(event: KeyboardEvent<HTMLElement>, rows: readonly Row[]): Row | null {
  const log = event.currentTarget;
  const from = event.target as HTMLElement;
  if (from !== log && !from.matches('[data-row]')) return null;
  const { key } = event;
  const at = from === log ? rows.length : Number(from.closest<HTMLElement>('[data-index]')?.dataset['index']);
  const isMessage = ({ kind }: Row) => kind === 'message';
  if (key === 'ArrowUp') return rows.slice(0, at).findLast(isMessage) ?? null;
  if (key === 'ArrowDown') return rows.slice(at + 1).find(isMessage) ?? null;
  if (key === 'Home') return rows.find(isMessage) ?? null;
  return key === 'End' ? (rows.findLast(isMessage) ?? null) : null;
}
