// The one gapless sequence of a conversation, as decided and as durable. Everything that happens goes through
// `append`; everything that is shown comes from what is durable (MSG-1).
import { encode } from '../../protocol/codec/codec.ts';
import {
  conversationEventToWire,
  type ConversationEvent,
  type MessageDeleted,
} from '../../protocol/events/conversation-event.ts';
import { withChange } from '../../protocol/events/message-changes.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { ActivationContext, Outcome } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import { EventTail } from '../runtime/event-tail.ts';
import type { Journal } from '../runtime/journal-port.ts';
import { refusedBy, type Reply } from '../runtime/reply.ts';
import type { ConversationCommand } from './commands.ts';
import { erased } from './annotate.ts';
import { effectsOf } from './effects.ts';
import { evolve, type ConversationState } from './state.ts';

export type Answer<Value = null> = Outcome<ConversationCommand, Value>;

export interface Append<Value> {
  readonly event: ConversationEvent;
  readonly reply: Reply<Value>;
  /** Runs when the event is durable, after the sequence has taken it. */
  readonly committed: (batch: number) => void;
  readonly drop?: readonly string[];
  /** For a change of a message, people whom it named before. */
  readonly named?: readonly string[];
}

export class Sequence {
  readonly #id: string;
  readonly #context: ActivationContext<ConversationCommand>;
  readonly #journal: Pick<Journal, 'refuses'>;
  readonly tail: EventTail<ConversationEvent>;
  #decided: ConversationState;
  #durable: ConversationState;

  constructor(
    id: string,
    stored: ConversationState,
    context: ActivationContext<ConversationCommand>,
    journal: Pick<Journal, 'refuses'>,
  ) {
    this.#id = id;
    this.#context = context;
    this.#journal = journal;
    this.#decided = this.#durable = stored;
    this.tail = new EventTail(stored.status === 'absent' ? 0 : stored.headSeq, bounds.tailEventsKept);
  }

  /** As decided; may be ahead of what is durable. */
  get decided(): ConversationState {
    return this.#decided;
  }
  /** As everyone may see it. */
  get durable(): ConversationState {
    return this.#durable;
  }

  /** The event must have been decided on the present state. */
  append<Value>({ event, reply, committed, drop, named }: Append<Value>): Answer<Value> {
    const refusal = this.#journal.refuses;
    if (refusal) return { kind: 'settled', reply: refusedBy(refusal) };
    const before = this.#decided;
    const presentSeq = before.status === 'absent' ? 0 : before.headSeq;
    if (event.seq !== presentSeq + 1) throw new Error(`event ${event.seq} was decided on an old state`);
    const state = (this.#decided = evolve(before, event));
    const isEnd = event.type === 'conversationDeleted' && before.status !== 'absent';
    const concerned = isEnd ? [...before.members.keys()] : (named ?? []);
    const { shard } = this.#context;
    return {
      kind: 'append',
      entries: [
        {
          type: 'conversation',
          shard,
          actorId: this.#id,
          epoch: state.epoch,
          event,
          ...(named && { named }),
        },
      ],
      reply,
      drop: drop ?? [],
      effects: effectsOf(this.#id, event, concerned),
      committed: (batch) => {
        this.#durable = evolve(this.#durable, event);
        this.tail.push(event, batch, this.#context.projectedBatch());
        if (event.type === 'messageDeleted') this.#erase(event);
        committed(batch);
      },
      frame: { seq: event.seq, encode: () => this.#frame(state.epoch, event) },
    };
  }

  #frame(epoch: number, event: ConversationEvent): Uint8Array {
    return encode([opcodes.event, 0, this.#id, epoch, conversationEventToWire(event)]);
  }

  /** A deleted message vanishes from everything that is shown from now on (MSG-5). */
  #erase(deletion: MessageDeleted): void {
    const { messageSeq } = deletion;
    this.tail.rewrite((event) => {
      if (event.type === 'message' && event.seq === messageSeq) return withChange(event, deletion, null);
      return event.type === 'messageEdited' && event.messageSeq === messageSeq ? erased(event) : event;
    });
  }
}
