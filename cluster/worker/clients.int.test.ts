// Several workers share one port; one that pauses leaves newcomers to the others, and takes them again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../ops/embedded/waiting.ts';
import { freePort } from '../../ops/embedded/ports.ts';
import { readConfig } from '../config.ts';
import { serveClients, type Listening } from './clients.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const nothing = { attach: () => undefined };
const timeoutMs = 20_000;

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
      () => [name],
      silent,
    );
  const [one, two] = await Promise.all([serve('one'), serve('two')]);
  /** Who answers a new connection. */
  const ask = async (headers: Record<string, string> = { connection: 'close' }) => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { headers });
    return ((await answer.json()) as { missing: string[] }).missing[0]!;
  };
  const seen = async () => new Set(await Promise.all(Array.from({ length: 20 }, () => ask())));
  await eventually(async () => (await seen()).size === 2, { timeoutMs });
  one.pause();
  one.pause();
  assert.deepEqual(await seen(), new Set(['two']));
  await Promise.all([one.resume(), one.resume()]);
  await eventually(async () => (await seen()).size === 2, { timeoutMs });
  two.pause();
  assert.deepEqual(await seen(), new Set(['one']));
  one.close();
  await one.resume();
  await assert.rejects(ask(), 'nobody listens');
  two.close();
});
