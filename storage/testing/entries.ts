// Entries of a journal for tests of the storage: conversations of two people, as their actors would journal them.
import type { JournalEntry } from '../../actors/runtime/journal-port.ts';

const ada = '00000000-0000-7000-8000-00000000000a';
const bob = '00000000-0000-7000-8000-00000000000b';
const beganAtMs = 1_700_000_000_000;

export function conversationIdOf(number: number): string {
  return `00000000-0000-8000-8000-${String(number).padStart(12, '0')}`;
}

export function keyOf(number: number, seq: number): string {
  return `00000000-0000-7000-${String(8000 + (number % 1000))}-${String(seq).padStart(12, '0')}`;
}

export function messageEntry(number: number, seq: number, body = `text ${seq}`): JournalEntry {
  const message = { replyTo: null, mentions: [], attachments: [], editedAtMs: null, reactions: [] };
  return {
    ...baseOf(number),
    event: {
      seq,
      atMs: beganAtMs + seq,
      type: 'message',
      by: ada,
      key: keyOf(number, seq),
      ordinal: seq - 1,
      body,
      ...message,
    },
  };
}

/** A conversation's beginning and n messages. */
export function conversationEntries(number: number, messages: number): JournalEntry[] {
  const profile = { name: '', description: '', avatarId: null };
  const created: JournalEntry = {
    ...baseOf(number),
    event: {
      seq: 1,
      atMs: beganAtMs,
      type: 'created',
      by: ada,
      kind: 'direct',
      memberIds: [ada, bob],
      ...profile,
    },
  };
  return [created, ...Array.from({ length: messages }, (_, index) => messageEntry(number, index + 2))];
}

function baseOf(number: number) {
  return { type: 'conversation', shard: 0, actorId: conversationIdOf(number), epoch: 1 } as const;
}
