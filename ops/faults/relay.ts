// A TCP relay that one host's processes reach NATS, PostgreSQL or Redis through, so that their network can fail on its
// own: cut (either way or both), refused, slow, or torn.
//
// A cut does what a lost route does: sockets stay open, nothing arrives, and nobody is told. What was sent meanwhile
// waits with its sender's kernel and arrives late once the cut is healed, as after TCP's own retransmission: stale
// requests that land after all are the point of it.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { chance } from '../../protocol/testing/seeded-random.ts';

/** From the processes to the server, and from it to them. */
export type Way = 'up' | 'down';

export interface Delay {
  readonly minMs: number;
  readonly maxMs: number;
}

interface Held {
  /** Null: the sender hung up. */
  readonly bytes: Buffer | null;
  readonly dueMs: number;
}

/** One way of one connection: bytes leave in order, each not before it is due, and the news of its end after them. */
class Stream {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #held: Held[] = [];
  readonly #delayMs: () => number;
  readonly #onEnd: () => void;
  #timer: NodeJS.Timeout | undefined;
  #cut = false;

  constructor(
    from: Socket,
    to: Socket,
    delayMs: () => number,
    onBytes: (bytes: Buffer) => void,
    onEnd: () => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#delayMs = delayMs;
    this.#onEnd = onEnd;
    from.on('data', (bytes: Buffer) => {
      onBytes(bytes);
      this.#hold(bytes);
    });
    from.on('end', () => this.#hold(null));
    from.on('close', () => this.#hold(null));
    from.on('error', () => undefined);
    to.on('drain', () => this.#flow());
  }

  set cut(cut: boolean) {
    this.#cut = cut;
    if (cut) this.#from.pause();
    else this.#send();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #hold(bytes: Buffer | null): void {
    const dueMs = Math.max(performance.now() + this.#delayMs(), this.#held.at(-1)?.dueMs ?? 0);
    this.#held.push({ bytes, dueMs });
    if (this.#held.length === 1) this.#send();
  }

  #send(): void {
    clearTimeout(this.#timer);
    if (this.#cut) return;
    for (let next = this.#held[0]; next; next = this.#held[0]) {
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#send(), waitMs);
        break;
      }
      this.#held.shift();
      if (next.bytes === null) return this.#onEnd();
      // A side that has hung up hears nothing; traffic of the other side must not tell it so.
      if (!this.#to.destroyed && !this.#to.write(next.bytes)) return void this.#from.pause();
    }
    this.#flow();
  }

  #flow(): void {
    if (!this.#cut) this.#from.resume();
  }
}

interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  readonly ways: Readonly<Record<Way, Stream>>;
}

export class Relay {
  readonly #target: URL;
  readonly #listener: Server;
  readonly #passages = new Set<Passage>();
  readonly #cut = new Set<Way>();
  #refuses = false;
  #delayMs: () => number = () => 0;
  #tearing: NodeJS.Timeout | undefined;
  #awaited: { readonly matches: (bytes: Buffer) => boolean; readonly seen: () => void } | null = null;
  /** Connections torn so far. */
  tears = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) =>
      this.#accept(client),
    );
  }

  /** @param target the URL of the server, which `url` repeats with the relay's address */
  static async start(target: string): Promise<Relay> {
    const relay = new Relay(new URL(target));
    relay.#listener.listen(0, '127.0.0.1');
    await once(relay.#listener, 'listening');
    return relay;
  }

  get url(): string {
    const url = new URL(this.#target);
    url.port = String((this.#listener.address() as AddressInfo).port);
    // NATS URLs end without a slash elsewhere too.
    return url.href.replace(/\/$/, '');
  }

  /** Connections that pass now. */
  get connections(): number {
    return this.#passages.size;
  }

  /** Nothing arrives any more, in this way or in both, and nobody is told. */
  cut(...ways: Way[]): void {
    for (const way of ways.length > 0 ? ways : (['up', 'down'] as const)) this.#cut.add(way);
    this.#applyCuts();
  }

  /** Resets every connection and every attempt at one. */
  refuse(): void {
    this.#refuses = true;
    for (const passage of this.#passages) tear(passage);
  }

  /** Delays each piece by a different time, without overtaking. */
  delay({ minMs, maxMs }: Delay, seed: number): void {
    const next = chance(seed);
    this.#delayMs = () => minMs + next() * (maxMs - minMs);
  }

  /** Resets a random connection now and then, mid-frame if it comes to that. */
  tearEvery(meanMs: number, seed: number): void {
    const next = chance(seed);
    const again = (): void => {
      this.#tearing = setTimeout(
        () => {
          const all = [...this.#passages];
          const passage = all[Math.floor(next() * all.length)];
          if (passage) tear(passage);
          if (passage) this.tears++;
          again();
        },
        -Math.log(1 - next()) * meanMs,
      );
    };
    again();
  }

  /** Calls back when such bytes are about to pass up, and once only: the moment to break something. */
  when(matches: (bytes: Buffer) => boolean, seen: () => void): void {
    this.#awaited = { matches, seen };
  }

  /** Ends every fault; what a cut held back arrives now. */
  heal(): void {
    clearTimeout(this.#tearing);
    this.#refuses = false;
    this.#delayMs = () => 0;
    this.#cut.clear();
    this.#applyCuts();
  }

  close(): void {
    clearTimeout(this.#tearing);
    this.#listener.close();
    for (const { client, server } of this.#passages) {
      client.destroy();
      server.destroy();
    }
  }

  #applyCuts(): void {
    for (const { ways } of this.#passages) {
      ways.up.cut = this.#cut.has('up');
      ways.down.cut = this.#cut.has('down');
    }
  }

  #accept(client: Socket): void {
    if (this.#refuses) return void client.resetAndDestroy();
    const server = connect({
      port: Number(this.#target.port),
      host: this.#target.hostname,
      noDelay: true,
      allowHalfOpen: true,
    });
    client.setNoDelay(true);
    const delayMs = () => this.#delayMs();
    const onEnd = () => this.#end(passage);
    const look = (bytes: Buffer) => this.#look(bytes);
    const ways = {
      up: new Stream(client, server, delayMs, look, onEnd),
      down: new Stream(server, client, delayMs, () => undefined, onEnd),
    };
    const passage: Passage = { client, server, ways };
    this.#passages.add(passage);
    this.#applyCuts();
  }

  #look(bytes: Buffer): void {
    if (this.#awaited === null || !this.#awaited.matches(bytes)) return;
    const { seen } = this.#awaited;
    this.#awaited = null;
    seen();
  }

  #end(passage: Passage): void {
    this.#passages.delete(passage);
    for (const stream of Object.values(passage.ways)) stream.stop();
    passage.client.destroy();
    passage.server.destroy();
  }
}

function tear({ client, server }: Passage): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
