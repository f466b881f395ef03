// Going through messages with the arrow keys: the log has the focus, or one of its rows.
import type { KeyboardEvent } from 'react';

export function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  const log = event.currentTarget;
  const from = event.target as HTMLElement;
  if (from !== log && !from.matches('[data-row]')) return;
  const rows = [...log.querySelectorAll<HTMLElement>('[data-row]')];
  const at = from === log ? rows.length : rows.indexOf(from);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
  const row = to === undefined ? undefined : rows[to];
  if (!row) return;
  event.preventDefault();
  row.focus();
}
