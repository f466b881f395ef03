// Facts about messages that someone edits, deletes or reacts to. Taken from the tail in
// memory or from the record when it is first needed, then kept true to everything decided, until all of that is
// projected and it may be forgotten.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { changedMessage } from '../../protocol/events/message-changes.ts';
import { bounds } from '../runtime/bounds.ts';

export interface MessageFacts {
  readonly seq: number;
  readonly ordinal: number;
  readonly senderId: string;
  readonly atMs: number;
  readonly deleted: boolean;
  readonly body: string;
  /** How often it was edited. */
  readonly edits: number;
  readonly mentions: readonly string[];
  readonly hasAttachments: boolean;
  /** Emojis on it, each with the people who put it there. */
  readonly reactions: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Entry {
  facts: MessageFacts;
  /** Changes on their way to the journal. */
  pending: number;
  /** The last journal batch with a change of it. */
  batch: number;
}

export class MessageBook {
  readonly #entries = new Map<number, Entry>();
  #lookups = 0;

  find(seq: number): MessageFacts | undefined {
    return this.#entries.get(seq)?.facts;
  }

  /** Nothing is forgotten while a lookup is under way: what it brings may be older than what was forgotten. */
  async lookUp(read: () => Promise<MessageFacts | null>, projectedBatch: () => number): Promise<boolean> {
    this.#lookups++;
    try {
      const facts = await read();
      if (facts) this.adopt(facts, projectedBatch());
      return facts !== null;
    } finally {
      this.#lookups--;
    }
  }

  adopt(facts: MessageFacts, projectedBatch: number): void {
    if (this.#entries.has(facts.seq)) return;
    // First, so that the newcomer stays: whoever asked for it comes back.
    this.#prune(projectedBatch);
    this.#entries.set(facts.seq, { facts, pending: 0, batch: 0 });
  }

  /** A change was decided. */
  decided(event: ConversationEvent): void {
    const entry = this.#entries.get(changedMessage(event) ?? 0);
    if (!entry) return;
    entry.facts = changed(entry.facts, event);
    entry.pending++;
  }

  /** A change is durable. */
  committed(event: ConversationEvent, batch: number, projectedBatch: number): void {
    const entry = this.#entries.get(changedMessage(event) ?? 0);
    if (!entry) return;
    entry.pending--;
    entry.batch = batch;
    this.#prune(projectedBatch);
  }

  #prune(projectedBatch: number): void {
    if (this.#lookups > 0) return;
    for (const [seq, { pending, batch }] of this.#entries) {
      if (this.#entries.size < bounds.messagesKept) return;
      if (pending === 0 && batch <= projectedBatch) this.#entries.delete(seq);
    }
  }
}

/** Facts about a message from the events in memory; null: it is not among them. */
export function factsFrom(events: readonly ConversationEvent[], seq: number): MessageFacts | null {
  let facts: MessageFacts | null = null;
  for (const event of events) {
    if (event.seq === seq) facts = factsOf(event);
    else if (facts && changedMessage(event) === seq) facts = changed(facts, event);
  }
  return facts;
}

function factsOf(event: ConversationEvent): MessageFacts | null {
  if (event.type !== 'message' && event.type !== 'tombstone') return null;
  const { seq, ordinal, atMs, by: senderId } = event;
  const facts = { seq, ordinal, atMs, senderId, edits: 0, reactions: new Map<string, Set<string>>() };
  if (event.type === 'message') {
    const { body, mentions, attachments } = event;
    return { ...facts, deleted: false, body, mentions, hasAttachments: attachments.length > 0 };
  }
  return { ...facts, deleted: true, body: '', mentions: [], hasAttachments: false };
}

function changed(facts: MessageFacts, event: ConversationEvent): MessageFacts {
  switch (event.type) {
    case 'messageDeleted':
      return { ...facts, deleted: true, body: '', mentions: [], reactions: new Map() };
    case 'messageEdited':
      return { ...facts, body: event.body ?? '', mentions: event.mentions, edits: facts.edits + 1 };
    case 'reaction': {
      const { by, emoji, present } = event;
      const users = new Set(facts.reactions.get(emoji));
      if (present) users.add(by);
      else users.delete(by);
      const reactions = new Map(facts.reactions);
      if (users.size > 0) reactions.set(emoji, users);
      else reactions.delete(emoji);
      return { ...facts, reactions };
    }
    default:
      return facts;
  }
}
