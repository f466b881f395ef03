// Load balancer in front of a cluster of several hosts: sends each new connection to the next host that says it is ready.
import type { ClientOptions } from '../../protocol/client/index.ts';
import type { TestHost } from '../testing/test-host.ts';

const lookEveryMs = 250;
const answerWithinMs = 1_000;

export class Balancer {
  readonly #hosts: () => readonly TestHost[];
  readonly #out = new Set<TestHost>();
  readonly #timer: NodeJS.Timeout;
  #next = 0;

  constructor(hosts: () => readonly TestHost[]) {
    this.#hosts = hosts;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  /** For clients whose connections it is to direct. */
  get openSocket(): NonNullable<ClientOptions['openSocket']> {
    return () => {
      const ready = this.#hosts().filter((host) => host.runs && !this.#out.has(host));
      const host = ready[this.#next++ % ready.length] ?? this.#hosts()[0]!;
      return new WebSocket(`${host.url.replace('http', 'ws')}/ws`) as never;
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    await Promise.all(
      this.#hosts().map(async (host) => {
        const ready = await isReady(host);
        if (ready) this.#out.delete(host);
        else this.#out.add(host);
      }),
    );
  }
}

/** Whether a worker of the host says that it can serve. */
export async function isReady({ url, runs }: TestHost): Promise<boolean> {
  if (!runs) return false;
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(answerWithinMs) })).ok;
  } catch {
    return false;
  }
}
