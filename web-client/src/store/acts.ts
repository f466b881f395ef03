// Passing state: who is writing, reactions on their way to the server, and the refusal of what this person did last.
// None of it is in the history.
import type { ConversationEvent } from '../../../protocol/client/index.ts';

/** By emoji: whether this person wants to have it on a message. */
type Wishes = ReadonlyMap<string, boolean>;

export interface Acts {
  /** By conversation, in the order in which they began. */
  readonly typing: ReadonlyMap<string, readonly string[]>;
  /** By message (see `messageId`). */
  readonly reacting: ReadonlyMap<string, Wishes>;
  readonly refusal: Refusal | null;
}

/** Of something done to a message. */
export interface Refusal {
  readonly conversationId: string;
  readonly reason: string;
}

export type ActsAction =
  | { readonly type: 'typing'; readonly id: string; readonly userId: string; readonly active: boolean }
  | {
      readonly type: 'reacting';
      readonly id: string;
      readonly seq: number;
      readonly emoji: string;
      /** Null: there is nothing to wish for any more. */
      readonly wish: boolean | null;
    }
  | { readonly type: 'refused'; readonly refusal: Refusal | null };

export const noActs: Acts = { typing: new Map(), reacting: new Map(), refusal: null };

export function messageId(conversationId: string, seq: number): string {
  return `${conversationId}/${seq}`;
}

export function reduceActs(acts: Acts, action: ActsAction): Acts {
  switch (action.type) {
    case 'typing':
      return typed(acts, action.id, action.userId, action.active);
    case 'reacting': {
      const { id, seq, emoji, wish } = action;
      return wished(acts, messageId(id, seq), emoji, wish);
    }
    case 'refused':
      return { ...acts, refusal: action.refusal };
  }
}

/** Settles acts by an event of a conversation: its writer has stopped writing, or a reaction is there. */
export function actsAfter(acts: Acts, id: string, event: ConversationEvent, myId: string): Acts {
  if (event.type === 'message') return typed(acts, id, event.by, false);
  if (event.type === 'memberRemoved') return typed(acts, id, event.userId, false);
  if (event.type !== 'reaction' || event.by !== myId) return acts;
  const target = messageId(id, event.messageSeq);
  return acts.reacting.get(target)?.get(event.emoji) === event.present
    ? wished(acts, target, event.emoji, null)
    : acts;
}

function typed(acts: Acts, id: string, userId: string, active: boolean): Acts {
  const now = acts.typing.get(id) ?? [];
  if (now.includes(userId) === active) return acts;
  const next = active ? [...now, userId] : now.filter((other) => other !== userId);
  const typing = new Map(acts.typing);
  if (next.length > 0) typing.set(id, next);
  else typing.delete(id);
  return { ...acts, typing };
}

function wished(acts: Acts, target: string, emoji: string, wish: boolean | null): Acts {
  const wishes = new Map(acts.reacting.get(target));
  if (wishes.get(emoji) === (wish ?? undefined)) return acts;
  if (wish === null) wishes.delete(emoji);
  else wishes.set(emoji, wish);
  const reacting = new Map(acts.reacting);
  if (wishes.size > 0) reacting.set(target, wishes);
  else reacting.delete(target);
  return { ...acts, reacting };
}
