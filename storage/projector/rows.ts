// Journal entries as columns of rows, ready for `unnest`: one array for each column. Values that only grow (heads,
// cursors) are reduced to one row each, so that a batch touches no row twice.
import { fingerprintOf } from '../../actors/conversation/fingerprint.ts';
import { firstEpoch } from '../../actors/conversation/state.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import type { JournalEntry } from '../../actors/runtime/journal-port.ts';
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type {
  ConversationCreated,
  ConversationEvent,
  MessageSent,
} from '../../protocol/events/conversation-event.ts';
import { inboxEventTypes } from '../../protocol/events/event-types.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';

interface Head {
  seq: number;
  ordinal: number;
  atMs: number;
}

export class ProjectionRows {
  readonly created: { conversationId: string; event: ConversationCreated; epoch: number }[] = [];
  readonly messages: { conversationId: string; event: MessageSent; fingerprint: number }[] = [];
  readonly events: { conversationId: string; event: ConversationEvent }[] = [];
  readonly heads = new Map<string, Head>();
  readonly cursors = new Map<string, { conversationId: string; cursor: MemberCursor }>();
  readonly inbox: { userId: string; event: InboxEvent }[] = [];
  readonly effects: {
    userId: string;
    conversationId: string;
    seq: number;
    byUserId: string;
    shard: number;
  }[] = [];

  add(entry: JournalEntry): void {
    switch (entry.type) {
      case 'conversation':
        return this.#addConversationEvent(entry.actorId, entry.event);
      case 'cursors':
        for (const cursor of entry.cursors) this.#addCursor(entry.actorId, cursor);
        return;
      case 'session':
        this.inbox.push({ userId: entry.actorId, event: entry.event });
        return;
    }
  }

  #addConversationEvent(conversationId: string, event: ConversationEvent): void {
    const [seq, atMs] = event;
    if (event[2] === conversationEventTypes.message) {
      this.messages.push({ conversationId, event, fingerprint: fingerprintOf(event[3], event[6]) });
      this.#raiseHead(conversationId, seq, event[5], atMs);
      return;
    }
    this.events.push({ conversationId, event });
    this.created.push({ conversationId, event, epoch: firstEpoch });
    for (const userId of event[5]) {
      this.effects.push({ userId, conversationId, seq, byUserId: event[3], shard: shardOf(userId) });
    }
    this.#raiseHead(conversationId, seq, 0, atMs);
  }

  #raiseHead(conversationId: string, seq: number, ordinal: number, atMs: number): void {
    const head = this.heads.get(conversationId) ?? { seq: 0, ordinal: 0, atMs: 0 };
    head.seq = Math.max(head.seq, seq);
    head.ordinal = Math.max(head.ordinal, ordinal);
    head.atMs = Math.max(head.atMs, atMs);
    this.heads.set(conversationId, head);
  }

  #addCursor(conversationId: string, cursor: MemberCursor): void {
    const key = `${conversationId}${cursor[0]}`;
    const known = this.cursors.get(key)?.cursor ?? [cursor[0], 0, 0, 0];
    const raised: MemberCursor = [
      cursor[0],
      Math.max(known[1], cursor[1]),
      Math.max(known[2], cursor[2]),
      Math.max(known[3], cursor[3]),
    ];
    this.cursors.set(key, { conversationId, cursor: raised });
  }

  /** Inbox events that register a device. */
  get devices() {
    return this.inbox.flatMap(({ userId, event }) =>
      event[2] === inboxEventTypes.deviceAdded ? [{ userId, event }] : [],
    );
  }
}
