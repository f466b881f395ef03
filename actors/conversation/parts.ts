// The parts of a conversation in memory that both its changes and its reads go by.
import type { ActivationContext } from '../runtime/activation.ts';
import type { Journal } from '../runtime/journal-port.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Blocks } from './blocks.ts';
import type { ConversationCommand } from './commands.ts';
import type { Cut } from './cuts.ts';
import type { Deletions } from './deletions.ts';
import { factsFrom, type MessageBook, type MessageFacts } from './message-book.ts';
import type { Receipts } from './receipts.ts';
import type { Sequence } from './sequence.ts';
import type { ConversationStore } from './store-port.ts';

export interface ConversationParts {
  readonly id: string;
  readonly store: ConversationStore;
  readonly journal: Pick<Journal, 'refuses'>;
  readonly clock: Clock;
  readonly context: ActivationContext<ConversationCommand>;
  readonly sequence: Sequence;
  readonly cuts: readonly Cut[];
  readonly receipts: Receipts;
  readonly blocks: Blocks;
  readonly messages: MessageBook;
  readonly deletions: Deletions;
}

export type KnownMessage =
  | { readonly kind: 'known'; readonly facts: MessageFacts }
  /** There is no such message. */
  | { readonly kind: 'missing' }
  /** Memory does not hold it: the record must be asked. */
  | { readonly kind: 'unread' };

/** Answers what memory knows of a message. */
export function knownMessage(
  { messages, sequence, context }: Pick<ConversationParts, 'messages' | 'sequence' | 'context'>,
  messageSeq: number,
): KnownMessage {
  const kept = messages.find(messageSeq);
  if (kept) return { kind: 'known', facts: kept };
  const { tail } = sequence;
  if (messageSeq < 1 || messageSeq > tail.headSeq) return { kind: 'missing' };
  if (messageSeq < tail.firstSeq) return { kind: 'unread' };
  const facts = factsFrom(tail.between(messageSeq, tail.headSeq), messageSeq);
  if (!facts) return { kind: 'missing' };
  messages.adopt(facts, context.projectedBatch());
  return { kind: 'known', facts };
}
