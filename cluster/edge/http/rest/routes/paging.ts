// How operations that list things say where the next page begins.
import type { ErrorCode } from '../../../../../protocol/errors.ts';
import type { JsonObject } from '../operation.ts';

export const pageDefault = 50;

/** Of any operation on a conversation that this user may not see, or nobody any more. */
export const unseen: readonly ErrorCode[] = ['conversation_not_found', 'conversation_deleted'];

/** Behind the last event going forwards, before the first going back. */
export function nextEvents({ events, more }: JsonObject, { direction }: JsonObject) {
  const edge = (events as { seq: number }[]).at(direction === 'after' ? -1 : 0);
  return more && edge ? { [direction as string]: edge.seq } : null;
}

export function nextReactors({ userIds, more }: JsonObject) {
  const last = (userIds as string[]).at(-1);
  return more && last !== undefined ? { after: last } : null;
}

export function nextNotifications({ notifications, more }: JsonObject) {
  const last = (notifications as { seq: number }[]).at(-1);
  return more && last ? { beforeSeq: last.seq } : null;
}
