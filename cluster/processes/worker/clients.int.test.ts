// Several workers share one port; one that pauses leaves newcomers to the others, and takes them again.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { eventually } from '../../../protocol/waiting.ts';
import { freePort } from '../../../ops/embedded/ports.ts';
import { readConfig } from '../../config.ts';
import { serveClients, type Listening } from './clients.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

const nothing = { attach: () => undefined };

/** One connection that stays open: who answers on it. */
class KeptConnection {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  ask(): Promise<string> {
    const options = { host: '127.0.0.1', port: this.#port, path: '/readyz', agent: this.#agent };
    return new Promise((resolve, reject) => {
      const request = http.get(options, (response) => {
        text(response).then(
          (body) => resolve((JSON.parse(body) as { missing: string[] }).missing[0]!),
          reject,
        );
      });
      request.on('error', reject);
    });
  }
  close(): void {
    this.#agent.destroy();
  }
}

void test('[OPS-6] a paused listener leaves newcomers to the other worker, and its open connections alone', async () => {
  const port = await freePort();
  const config = readConfig({
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    NATS_URL: 'nats://127.0.0.1:1',
    SKEIN_LISTEN: `127.0.0.1:${port}`,
  });
  const serve = (name: string): Promise<Listening> =>
    serveClients(
      { gateway: nothing, uploads: nothing, rest: nothing } as never,
      config,
      () => ({ missing: [name], damaged: [] }),
      silentLog,
    );
  const [one, two] = await Promise.all([serve('one'), serve('two')]);
  /** Worker that answers a new connection. */
  const ask = async () => {
    const connection = new KeptConnection(port);
    return connection.ask().finally(() => connection.close());
  };
  const seen = async () => new Set(await Promise.all(Array.from({ length: 20 }, () => ask())));
  await eventually(async () => (await seen()).size === 2);
  let kept = new KeptConnection(port);
  while ((await kept.ask()) !== 'one') {
    kept.close();
    kept = new KeptConnection(port);
  }
  one.pause();
  one.pause();
  assert.equal(await kept.ask(), 'one', 'whoever is there stays');
  kept.close();
  assert.deepEqual(await seen(), new Set(['two']));
  await Promise.all([one.resume(), one.resume()]);
  await eventually(async () => (await seen()).size === 2);
  two.pause();
  assert.deepEqual(await seen(), new Set(['one']));
  one.close();
  await one.resume();
  await assert.rejects(ask(), 'nobody listens');
  two.close();
});
