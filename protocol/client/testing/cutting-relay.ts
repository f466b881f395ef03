// A TCP relay between a client and a server that tears connections apart, in the middle of a frame if it comes to that.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes towards the server that still pass; null: all of them. */
  left: number | null;
}

export class CuttingRelay {
  readonly #target: URL;
  readonly #listener: Server;
  readonly #passages = new Set<Passage>();
  /** Connections torn apart so far. */
  cuts = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#listener = createServer((client) => this.#relay(client));
  }

  /** @param target whose host and port connections go on to; @param port to listen on, 0 for a free one */
  static async start(target: string, port = 0): Promise<CuttingRelay> {
    const relay = new CuttingRelay(new URL(target));
    relay.#listener.listen(port, '127.0.0.1');
    await once(relay.#listener, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Tears every connection apart once this many more bytes have gone to the server. */
  cutAfter(bytes: number): void {
    for (const passage of this.#passages) passage.left = Math.min(passage.left ?? bytes, bytes);
    if (bytes === 0) for (const passage of this.#passages) this.#cut(passage);
  }

  close(): void {
    this.#listener.close();
    for (const passage of this.#passages) this.#cut(passage);
  }

  #relay(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const passage: Passage = { client, server, left: null };
    this.#passages.add(passage);
    client.on('data', (data) => {
      const { left } = passage;
      const passing = left === null ? data : data.subarray(0, left);
      server.write(passing);
      if (left === null) return;
      passage.left = left - passing.length;
      // Bytes that have passed are to arrive: the server has the beginning of a frame and waits for the rest.
      if (passage.left === 0) server.end(() => this.#cut(passage));
    });
    server.on('data', (data) => client.write(data));
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => this.#end(passage));
    }
  }

  #cut(passage: Passage): void {
    if (!this.#passages.has(passage)) return;
    this.cuts++;
    this.#end(passage);
  }

  #end(passage: Passage): void {
    this.#passages.delete(passage);
    passage.client.destroy();
    passage.server.destroy();
  }
}
