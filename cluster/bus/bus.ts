// Messages between workers: ordered, batched for each turn of the event loop, numbered, and heartbeat once a
// second. A receiver that finds a number missing is told so (`onLoss`) and heals what it held from that sender.
// A message of a worker to itself takes the same way without NATS.
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Cancel, Log, Timers } from '../../actors/runtime/ports.ts';
import { decodeLinkBatch, encodeHeartbeat, encodeLinkBatch, encodeMessage } from './link-frames.ts';

export interface BusHandlers {
  message(from: string, message: unknown): void;
  /** Messages from this worker were lost. */
  loss(from: string): void;
}

export interface BusOptions {
  readonly connection: NatsConnection;
  readonly namespace: string;
  readonly incarnation: string;
  readonly timers: Timers;
  readonly log: Log;
}

interface OutgoingLink {
  number: number;
  pending: Uint8Array[];
  pendingBytes: number;
}

/** NATS refuses payloads above 1 MiB. */
const batchBytesMax = 512 * 1024;
const heartbeatEveryMs = 1_000;

export class Bus {
  readonly #options: BusOptions;
  readonly #outgoing = new Map<string, OutgoingLink>();
  readonly #incoming = new Map<string, number>();
  #handlers: BusHandlers | null = null;
  #local: unknown[] = [];
  #flushing = false;
  #subscription: Subscription | null = null;
  #stopHeartbeat: Cancel = () => undefined;
  readonly totals = { batchesOut: 0, messagesOut: 0, batchesIn: 0, messagesIn: 0, losses: 0 };

  constructor(options: BusOptions) {
    this.#options = options;
  }

  start(handlers: BusHandlers): void {
    const { connection, namespace, incarnation, timers } = this.#options;
    this.#handlers = handlers;
    this.#subscription = connection.subscribe(`${namespace}.link.${incarnation}`, {
      callback: (error, message) => {
        if (!error) this.#receive(message.data);
      },
    });
    this.#stopHeartbeat = timers.setInterval(() => this.#heartbeat(), heartbeatEveryMs);
  }

  stop(): void {
    this.#stopHeartbeat();
    this.#subscription?.unsubscribe();
  }

  /** The message is gone from the caller's hands: it arrives once, in order, or the receiver learns of a loss. */
  send(to: string, message: unknown): void {
    if (to === this.#options.incarnation) this.#local.push(message);
    else this.#enqueue(to, encodeMessage(message));
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
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
      link = { number: 0, pending: [], pendingBytes: 0 };
      this.#outgoing.set(to, link);
    }
    if (link.pendingBytes + bytes.length > batchBytesMax) this.#publish(to, link);
    link.pending.push(bytes);
    link.pendingBytes += bytes.length;
  }

  #flush(): void {
    this.#flushing = false;
    for (const [to, link] of this.#outgoing) if (link.pending.length > 0) this.#publish(to, link);
    const local = this.#local;
    this.#local = [];
    for (const message of local) this.#handle(this.#options.incarnation, message);
  }

  #publish(to: string, link: OutgoingLink): void {
    const { incarnation } = this.#options;
    link.number++;
    this.totals.batchesOut++;
    this.totals.messagesOut += link.pending.length;
    this.#transmit(to, encodeLinkBatch(incarnation, link.number, link.pending));
    link.pending = [];
    link.pendingBytes = 0;
  }

  #heartbeat(): void {
    for (const [to, { number }] of this.#outgoing) {
      this.#transmit(to, encodeHeartbeat(this.#options.incarnation, number));
    }
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
    const { from, number, heartbeat, messages } = decodeLinkBatch(bytes);
    const last = this.#incoming.get(from) ?? 0;
    const expected = heartbeat ? last : last + 1;
    this.#incoming.set(from, Math.max(number, last));
    if (number > expected) {
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
