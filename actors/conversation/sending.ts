// Messages into the sequence: settles what the pure decision cannot know (is the key new, has the predecessor
// arrived), then leaves it to decide (MSG-4, OFF-3).
import type { ErrorCode } from '../../protocol/errors.ts';
import type { MessageSent } from '../../protocol/events/conversation-event.ts';
import { limits } from '../../protocol/limits.ts';
import { uuidv7Time } from '../../protocol/ids.ts';
import type { ActivationContext, Respond } from '../runtime/activation.ts';
import { bounds } from '../runtime/bounds.ts';
import type { Clock, Timers } from '../runtime/ports.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type { Blocks } from './blocks.ts';
import type { ConversationCommand, SendMessage, Sent } from './commands.ts';
import { decideSend } from './decide-messages.ts';
import { fingerprintOf } from './fingerprint.ts';
import { KeyWindow, type StoredKey } from './key-window.ts';
import { Parking } from './parking.ts';
import { visibleTo } from './permissions.ts';
import { RefusedKeys } from './refused-keys.ts';
import type { Receipts } from './receipts.ts';
import type { Answer, Sequence } from './sequence.ts';
import type { ConversationStore } from './store-port.ts';

export interface SendingDependencies {
  readonly id: string;
  readonly store: ConversationStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly context: ActivationContext<ConversationCommand>;
  readonly sequence: Sequence;
  readonly receipts: Receipts;
  readonly blocks: Blocks;
}

export class Sending {
  readonly #dependencies: SendingDependencies;
  readonly #keys: KeyWindow;
  readonly #parking: Parking;
  readonly #refused = new RefusedKeys();

  /** @param keys the newest ones, oldest first; all that there are when fewer than asked for */
  constructor(dependencies: SendingDependencies, keys: readonly StoredKey[]) {
    this.#dependencies = dependencies;
    this.#keys = new KeyWindow(keys, keys.length < bounds.keysLoadedMax ? 0 : keys[0]!.atMs + 1);
    this.#parking = new Parking(dependencies.timers);
  }

  get idle(): boolean {
    return this.parked === 0;
  }

  /** Messages that wait for their predecessor. */
  get parked(): number {
    return this.#parking.size;
  }

  dispose(): void {
    this.#parking.dispose();
  }

  send(command: SendMessage, respond: Respond<Sent>): Answer<Sent> {
    const { clock } = this.#dependencies;
    // A repeat gets its answer whatever has become of the sender's membership since: the message stands (MSG-4).
    const stored = this.#keys.find(command.key);
    if (stored && stored.fingerprint === fingerprintOf(contentOf(command))) {
      return { kind: 'settled', reply: acceptedAs(stored) };
    }
    const refused = this.#refused.find(command.key, clock.monotonicMs());
    if (refused) return { kind: 'settled', reply: refused };
    const answer = this.#decide(command, stored !== undefined, respond);
    if (answer.kind === 'settled' && !answer.reply.ok && isFinal(answer.reply.error.code)) {
      this.#refused.note(command.key, answer.reply, clock.monotonicMs());
    }
    return answer;
  }

  #decide(command: SendMessage, keyIsTaken: boolean, respond: Respond<Sent>): Answer<Sent> {
    const { sequence, clock, blocks } = this.#dependencies;
    const visible = visibleTo(sequence.decided, command.by);
    if (!visible.ok) return this.#lookUpOld(command) ?? { kind: 'settled', reply: visible };
    if (keyIsTaken) return { kind: 'settled', reply: refuse('key_reused') };
    const unsettled = this.#settleKey(command) ?? this.#settlePredecessor(command, respond);
    if (unsettled) return unsettled;
    if (blocks.any) return { kind: 'settled', reply: refuse('blocked') };
    const decided = decideSend(visible.value, command, clock.now());
    return decided.ok ? this.#append(command, decided.value) : { kind: 'settled', reply: decided };
  }

  /** The repeat of someone who belongs here no longer may be older than memory; null when it cannot be. */
  #lookUpOld(command: SendMessage): Answer<Sent> | null {
    const isOld = !Number.isNaN(uuidv7Time(command.key)) && !this.#keys.decides(command.key);
    if (command.keyIsNew || !isOld) return null;
    return { kind: 'lookup', resume: this.#lookUp(command.key, { ...command, keyIsNew: true }) };
  }

  /** Null when the key is certainly new. */
  #settleKey(command: SendMessage): Answer<Sent> | null {
    if (command.keyIsNew) return null;
    const madeAtMs = uuidv7Time(command.key);
    if (Number.isNaN(madeAtMs)) return { kind: 'settled', reply: refuse('key_invalid') };
    if (madeAtMs > this.#dependencies.clock.now() + limits.keyAheadMsMax) {
      return { kind: 'settled', reply: refuse('key_from_future') };
    }
    if (this.#keys.decides(command.key)) return null;
    return { kind: 'lookup', resume: this.#lookUp(command.key, { ...command, keyIsNew: true }) };
  }

  /** Null when the predecessor, if there is one, is in the sequence. */
  #settlePredecessor(command: SendMessage, respond: Respond<Sent>): Answer<Sent> | null {
    const { prev } = command;
    if (prev === null || this.#keys.find(prev)) return null;
    if (!command.prevIsUnknown && !this.#keys.decides(prev)) {
      return { kind: 'lookup', resume: this.#lookUp(prev, { ...command, prevIsUnknown: true }) };
    }
    if (this.#parking.park(prev, command, respond)) return { kind: 'later' };
    return { kind: 'settled', reply: refuse('overloaded', bounds.overloadedRetryAfterMs) };
  }

  async #lookUp(key: string, resumeWith: SendMessage): Promise<SendMessage> {
    const { store, id } = this.#dependencies;
    const stored = await store.findKey(id, key);
    if (stored) this.#keys.recall(stored);
    return resumeWith;
  }

  #append(command: SendMessage, event: MessageSent): Answer<Sent> {
    const { sequence, clock, context, receipts } = this.#dependencies;
    const { seq, atMs, key, ordinal } = event;
    const stored: StoredKey = { key, seq, ordinal, atMs, fingerprint: fingerprintOf(contentOf(command)) };
    const answer = sequence.append({
      event,
      reply: acceptedAs(stored),
      committed: (batch) => {
        this.#keys.committed(key, batch);
        this.#keys.prune(clock.now(), context.projectedBatch());
        receipts.happened(event);
        const followers = this.#parking.release(key);
        for (const follower of followers) context.tellSelf(follower.command, follower.respond);
      },
    });
    if (answer.kind === 'append') this.#keys.add(stored);
    return answer;
  }
}

/** A removed member stays outside until somebody else lets them in; a block can be undone and the message sent again. */
function isFinal(code: ErrorCode): boolean {
  return code === 'conversation_not_found' || code === 'conversation_deleted';
}

function contentOf({ by, body, replyTo, attachments }: SendMessage) {
  const attachmentIds = attachments.map(({ attachmentId }) => attachmentId);
  return { senderId: by, body, replyTo, attachmentIds };
}

function acceptedAs({ seq, ordinal, atMs }: StoredKey): Reply<Sent> {
  return accept({ seq, ordinal, atMs });
}
