// Members' cursors: values that only grow, whichever way and in whichever order they arrive.
import type { Head } from '../../../protocol/client/index.ts';
import type { Cursor } from './state.ts';

type Cursors = ReadonlyMap<string, Cursor>;

const none: Cursor = { deliveredSeq: 0, readSeq: 0, readOrdinal: 0 };

export function cursorOf(cursors: Cursors, userId: string): Cursor {
  return cursors.get(userId) ?? none;
}

/** The same map when nothing grew, so that nothing renders anew. */
export function advance(cursors: Cursors, userId: string, to: Cursor): Cursors {
  const from = cursorOf(cursors, userId);
  const deliveredSeq = Math.max(from.deliveredSeq, to.deliveredSeq, to.readSeq);
  const readSeq = Math.max(from.readSeq, to.readSeq);
  const readOrdinal = Math.max(from.readOrdinal, to.readOrdinal);
  const grew = deliveredSeq > from.deliveredSeq || readSeq > from.readSeq || readOrdinal > from.readOrdinal;
  return grew ? new Map(cursors).set(userId, { deliveredSeq, readSeq, readOrdinal }) : cursors;
}

export function advanceAll(cursors: Cursors, moved: Head['cursors']): Cursors {
  let result = cursors;
  for (const { userId, deliveredSeq, readSeq, readOrdinal } of moved) {
    result = advance(result, userId, { deliveredSeq, readSeq, readOrdinal });
  }
  return result;
}
