// News about mentions may arrive in any order: that one was read, that it ended, that the membership is over, and only then
// that it was there (effects are repeated until they arrive). Knows what this activation has heard; what was before, the
// record knows.
import { bounds } from '../runtime/bounds.ts';
import type { NoteEffect } from './commands.ts';

export class LateMentions {
  /** By message: the latest event that named the user in it, or ceased to. */
  readonly #latest = new Map<string, number>();
  /** By conversation: the event at which the user belonged to it no longer. */
  readonly #removed = new Map<string, number>();
  /** By conversation: how far the user has read, and what had happened by then. */
  readonly #read = new Map<string, { readonly messageSeq: number; readonly seq: number }>();

  noted({ effect, conversationId, seq, messageSeq }: NoteEffect): void {
    switch (effect) {
      case 'conversation_added':
        return;
      case 'conversation_removed':
        return keep(this.#removed, conversationId, Math.max(this.#removed.get(conversationId) ?? 0, seq));
      case 'mentions_read': {
        const before = this.#read.get(conversationId);
        if (before && before.seq > seq) return;
        return keep(this.#read, conversationId, { seq, messageSeq: messageSeq ?? seq });
      }
      case 'mentioned':
      case 'mention_ended': {
        const key = `${conversationId}:${messageSeq}`;
        return keep(this.#latest, key, Math.max(this.#latest.get(key) ?? 0, seq));
      }
    }
  }

  /** Whether something later has been heard already. */
  isLate({ effect, conversationId, seq, messageSeq }: NoteEffect): boolean {
    if (effect !== 'mentioned' && effect !== 'mention_ended') return false;
    if ((this.#latest.get(`${conversationId}:${messageSeq}`) ?? 0) > seq) return true;
    if (effect === 'mention_ended') return false;
    if ((this.#removed.get(conversationId) ?? 0) > seq) return true;
    const read = this.#read.get(conversationId);
    return read !== undefined && read.seq >= seq && read.messageSeq >= (messageSeq ?? seq);
  }
}

/** The record has by now what was heard longest ago. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > bounds.notedKept) map.delete(map.keys().next().value!);
}
