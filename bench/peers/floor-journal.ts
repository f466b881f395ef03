// A stream of JetStream for each server, appended to by group commit: what comes within a few milliseconds, and while
// the record before is under way, becomes one record. Each names the sequence that it follows, so that nobody else can
// have appended in between.
import { jetstream, jetstreamManager, StorageType, type JetStreamClient } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** As in Skein's journal. */
const gatherMs = 4;
/** NATS refuses payloads above 1 MiB. */
const recordBytesMax = 512 * 1024;
const waitingMax = 100_000;

export class FloorJournal<Entry extends { readonly bytes: Buffer }> {
  readonly #connection: NatsConnection;
  readonly #client: JetStreamClient;
  readonly #subject: string;
  readonly #onDurable: (entry: Entry) => void;
  #waiting: Entry[] = [];
  #lastSequence = 0;
  #isBusy = false;

  static async open<Entry extends { readonly bytes: Buffer }>(
    natsUrl: string,
    name: string,
    onDurable: (entry: Entry) => void,
  ): Promise<FloorJournal<Entry>> {
    const connection = await connect({ servers: natsUrl });
    const subject = `floor.${name}`;
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: `floor_${name}`, subjects: [subject], storage: StorageType.File });
    return new FloorJournal(connection, subject, onDurable);
  }

  private constructor(connection: NatsConnection, subject: string, onDurable: (entry: Entry) => void) {
    this.#connection = connection;
    this.#client = jetstream(connection);
    this.#subject = subject;
    this.#onDurable = onDurable;
  }

  /** Durable in the order of these calls. A failure ends the process, and the run with it. */
  append(entry: Entry): void {
    if (this.#waiting.length >= waitingMax) throw new Error(`more than ${waitingMax} messages wait for NATS`);
    this.#waiting.push(entry);
    this.#commitSoon();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #commitSoon(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    this.#isBusy = true;
    setTimeout(() => void this.#commit(), gatherMs);
  }

  async #commit(): Promise<void> {
    const entries = this.#waiting.splice(0, this.#recordLength());
    const record = Buffer.concat(entries.map(({ bytes }) => bytes));
    const expect = { lastSequence: this.#lastSequence };
    this.#lastSequence = (await this.#client.publish(this.#subject, record, { expect })).seq;
    for (const entry of entries) this.#onDurable(entry);
    this.#isBusy = false;
    this.#commitSoon();
  }

  /** How many entries fit into one record, at least one. */
  #recordLength(): number {
    let bytes = 0;
    const last = this.#waiting.findIndex((entry) => (bytes += entry.bytes.length) > recordBytesMax);
    return last < 0 ? this.#waiting.length : Math.max(1, last);
  }
}
