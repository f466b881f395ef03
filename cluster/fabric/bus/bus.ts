// Messages between workers: ordered, gathered for a few milliseconds when there are many, numbered, and heartbeat once
// a second. A receiver that finds a number missing is told so (`onLoss`) and heals what it held from that sender.
// A message of a worker to itself takes the same way without NATS.
//
// What NATS has not taken yet is bounded: see unconfirmed.ts. At half of the bound commands are refused, so that there
// is room for what is under way; at the bound everything is lost, and the numbers go on, so that receivers notice.
// Every batch also says which part of their commands its sender asks others to keep back: nobody but them can spare it
// the work.
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { Pace } from '../../../actors/runtime/pace.ts';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { linkBounds as bounds } from './bounds.ts';
import {
  decodeLinkBatch,
  encodeHeartbeat,
  encodeLinkBatch,
  encodeMessage,
  noLoad,
  type LinkLoad,
} from './link-frames.ts';
import { Unconfirmed } from './unconfirmed.ts';

export interface BusHandlers {
  message(from: string, message: unknown): void;
  /** Messages from this worker were lost. */
  loss(from: string): void;
}

export interface BusOptions {
  readonly connection: NatsConnection;
  readonly namespace: string;
  readonly incarnation: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

interface OutgoingLink {
  number: number;
  pending: Uint8Array[];
  pendingBytes: number;
  /** The last number stands for messages that were dropped. */
  lossNumbered: boolean;
}

interface IncomingLink {
  number: number;
  load: LinkLoad;
  /** Of the part of the commands that it wants kept back, what is still to be. */
  owed: number;
  silentBeats: number;
}

export class Bus {
  readonly #options: BusOptions;
  readonly #outgoing = new Map<string, OutgoingLink>();
  readonly #incoming = new Map<string, IncomingLink>();
  readonly #unconfirmed = new Unconfirmed();
  #ownLoad: () => LinkLoad = () => noLoad;
  #handlers: BusHandlers | null = null;
  #local: unknown[] = [];
  /** The first of them that was not handled yet. */
  #localAt = 0;
  #handlingLocal = false;
  readonly #pace: Pace;
  #subscription: Subscription | null = null;
  #stopHeartbeat: Cancel = () => undefined;
  /** Batches from whoever is no worker of ours. */
  undecodable = 0;
  readonly totals = { batchesOut: 0, messagesOut: 0, batchesIn: 0, messagesIn: 0, losses: 0, dropped: 0 };

  constructor(options: BusOptions) {
    this.#options = options;
    this.#pace = new Pace(bounds.gatherMs, options.clock, options.timers);
  }

  start(handlers: BusHandlers): void {
    const { connection, namespace, incarnation, timers } = this.#options;
    this.#handlers = handlers;
    this.#subscription = connection.subscribe(`${namespace}.link.${incarnation}`, {
      callback: (error, message) => {
        if (!error) this.#receive(message.data);
      },
    });
    this.#stopHeartbeat = timers.setInterval(() => this.#heartbeat(), bounds.heartbeatEveryMs);
  }

  stop(): void {
    this.#stopHeartbeat();
    this.#subscription?.unsubscribe();
  }

  /** The message is gone from the caller's hands: it arrives once, in order, or the receiver learns of a loss. */
  send(to: string, message: unknown): void {
    if (to === this.#options.incarnation) {
      this.#local.push(message);
      this.#scheduleLocal();
    } else {
      this.#enqueue(to, encodeMessage(message));
      this.#pace.ask(this.#flush);
    }
  }

  #scheduleLocal(): void {
    if (this.#handlingLocal) return;
    this.#handlingLocal = true;
    this.#options.timers.afterTurn(() => this.#handleLocal());
  }

  /** Bytes that NATS may not have yet. */
  get bytesUnconfirmed(): number {
    return this.#unconfirmed.bytes;
  }

  /**
   * 0 when one more command may go to this worker, else the ms it should wait: the way there is full, or its end wants
   * a part of them kept back. To be asked once for each.
   */
  refuseCommand(to: string): number {
    if (to === this.#options.incarnation) return 0;
    if (this.#unconfirmed.bytes > bounds.commandBytesUnconfirmedMax) return bounds.congestedRetryAfterMs;
    const link = this.#incoming.get(to);
    if (!link || link.load.part === 0) return 0;
    link.owed += link.load.part;
    if (link.owed < 1) return 0;
    link.owed--;
    return link.load.waitMs;
  }

  /** @param load what this worker asks the others to keep back of their commands */
  tellLoad(load: () => LinkLoad): void {
    this.#ownLoad = load;
  }

  /** Workers that this one has sent to or heard from. */
  get peers(): Set<string> {
    return new Set([...this.#outgoing.keys(), ...this.#incoming.keys()]);
  }

  /** Forgets a worker that is gone for good: the numbers of its links are never continued. */
  forget(incarnation: string): void {
    this.#outgoing.delete(incarnation);
    this.#incoming.delete(incarnation);
  }

  #enqueue(to: string, bytes: Uint8Array): void {
    let link = this.#outgoing.get(to);
    if (!link) {
      link = { number: 0, pending: [], pendingBytes: 0, lossNumbered: false };
      this.#outgoing.set(to, link);
    }
    if (this.#unconfirmed.bytes + bytes.length > bounds.bytesUnconfirmedMax) return this.#lose(to, link);
    if (link.pendingBytes + bytes.length > bounds.batchBytesMax) this.#publish(to, link);
    link.pending.push(bytes);
    link.pendingBytes += bytes.length;
    this.#unconfirmed.add(bytes.length);
  }

  /** Gives the lost message a number that never arrives, so that the next one is not taken for it. */
  #lose(to: string, link: OutgoingLink): void {
    this.totals.dropped++;
    if (link.lossNumbered && link.pending.length === 0) return;
    if (link.pending.length > 0) this.#publish(to, link);
    link.number++;
    link.lossNumbered = true;
  }

  readonly #flush = (): void => {
    for (const [to, link] of this.#outgoing) if (link.pending.length > 0) this.#publish(to, link);
    if (this.#unconfirmed.bytes >= bounds.confirmEveryBytes) this.#confirm();
  };

  /** The rest waits for its turn, behind whatever else is due by then: renewing the membership, for one. */
  #handleLocal(): void {
    this.#handlingLocal = false;
    const end = Math.min(this.#local.length, this.#localAt + bounds.localMessagesPerTurn);
    while (this.#localAt < end) this.#handle(this.#options.incarnation, this.#local[this.#localAt++]);
    if (this.#localAt < this.#local.length) return this.#scheduleLocal();
    this.#local = [];
    this.#localAt = 0;
  }

  #publish(to: string, link: OutgoingLink): void {
    const { incarnation } = this.#options;
    link.number++;
    link.lossNumbered = false;
    this.totals.batchesOut++;
    this.totals.messagesOut += link.pending.length;
    const bytes = encodeLinkBatch(incarnation, link.number, this.#ownLoad(), link.pending);
    this.#unconfirmed.add(bytes.length - link.pendingBytes);
    this.#transmit(to, bytes);
    link.pending = [];
    link.pendingBytes = 0;
  }

  #heartbeat(): void {
    const load = this.#ownLoad();
    for (const [to, { number }] of this.#outgoing) {
      if (this.#unconfirmed.bytes >= bounds.bytesUnconfirmedMax) break;
      const bytes = encodeHeartbeat(this.#options.incarnation, number, load);
      this.#unconfirmed.add(bytes.length);
      this.#transmit(to, bytes);
    }
    for (const link of this.#incoming.values())
      if (++link.silentBeats >= bounds.loadKeptBeats) link.load = noLoad;
    this.#confirm();
  }

  #confirm(): void {
    if (this.#unconfirmed.roundTripUnderWay || this.#unconfirmed.bytes === 0) return;
    this.#unconfirmed.begin();
    const end = () => this.#unconfirmed.end();
    this.#options.connection.flush().then(end, end);
  }

  #transmit(to: string, bytes: Uint8Array): void {
    const { connection, namespace, log } = this.#options;
    try {
      connection.publish(`${namespace}.link.${to}`, bytes);
    } catch (error) {
      // The receiver finds the number missing.
      log.warn({ to, reason: String(error) }, 'a link batch could not be published');
    }
  }

  #receive(bytes: Uint8Array): void {
    const batch = decodeLinkBatch(bytes);
    if (!batch) {
      this.undecodable++;
      return this.#options.log.warn({ bytes: bytes.length }, 'a link batch could not be decoded');
    }
    const { from, number, heartbeat, load, messages } = batch;
    // A worker hands messages to itself without NATS: somebody else uses its name, and would be believed everything.
    if (from === this.#options.incarnation) {
      this.undecodable++;
      return this.#options.log.warn({ from }, 'a link batch came under the name of this worker');
    }
    const { number: last, owed } = this.#incoming.get(from) ?? { number: 0, owed: 0 };
    const expected = heartbeat ? last : last + 1;
    this.#incoming.set(from, { number, load, owed, silentBeats: 0 });
    // A smaller one too: the sender counted this worker as gone, and what it kept for it as well. NATS repeats nothing.
    if (number !== expected) {
      this.totals.losses++;
      this.#options.log.warn({ from, number, expected }, 'link messages were lost');
      this.#handlers?.loss(from);
    }
    this.totals.batchesIn++;
    this.totals.messagesIn += messages.length;
    for (const message of messages) this.#handle(from, message);
  }

  #handle(from: string, message: unknown): void {
    try {
      this.#handlers?.message(from, message);
    } catch (error) {
      this.#options.log.error({ from, err: error }, 'a link message could not be handled');
    }
  }
}
