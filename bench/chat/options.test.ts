import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { limits } from '../../protocol/limits.ts';
import { loadCommand, settled, type RawFlags } from './command.ts';
import { localAddresses } from '../wire/local-addresses.ts';
import { shareOf } from './load.ts';
import { checkedLoad, loadNames, type LoadName, type LoadOptions } from './options.ts';

async function parse(name: LoadName, ...args: string[]): Promise<LoadOptions> {
  const seen: LoadOptions[] = [];
  const program = new Command();
  loadCommand(program, name).action((flags: RawFlags) => void seen.push(checkedLoad(settled(name, flags))));
  await program.parseAsync([name, ...args], { from: 'user' });
  return seen[0]!;
}

test('every load runs with its defaults, and its help has an example', async () => {
  for (const name of loadNames) {
    const { warmup, clients, receipts, server } = await parse(name);
    assert.deepEqual([warmup, clients, receipts, server], [3, 'sdk', true, null]);
    let help = '';
    loadCommand(new Command(), name)
      .configureOutput({ writeOut: (text) => (help += text) })
      .outputHelp();
    assert.match(help, new RegExp(`npm run bench -- ${name}`));
  }
  const { connections, rate, seconds, workers, generators } = await parse('chat');
  assert.deepEqual([connections, rate, seconds, workers, generators], [1000, 500, 10, 2, 2]);
});

test('each load is what it says', async () => {
  const room = await parse('hot-room', '--members', '40', '--window', '9');
  assert.deepEqual([room.layout.kind, room.connections, room.window], ['room', 40, 9]);
  assert.deepEqual((await parse('groups')).layout, { kind: 'groups', groupsPerPerson: 2 });
  assert.equal((await parse('reactions', '--reactions', '30')).reactionRate, 30);
  assert.equal((await parse('reconnect-storm', '--cut-after', '5')).cutAfter, 5);
  assert.ok((await parse('soak')).watchMemory);
  const { reactionRate, cutAfter, watchMemory, window } = await parse('chat', '--clients', 'wire');
  assert.deepEqual([reactionRate, cutAfter, watchMemory, window], [0, null, false, null]);
});

test('[ACC-6] a rate that the server must refuse is refused before the run, with what would do', async () => {
  const { sendsPerSecond, reactionsPerSecond } = limits;
  const rateMax = 20 * sendsPerSecond;
  assert.equal((await parse('chat', '--connections', '20', '--rate', String(rateMax))).rate, rateMax);
  await assert.rejects(
    parse('chat', '--connections', '20', '--rate', String(rateMax + 1)),
    new RegExp(`more than 20 people may send.*Lower it to ${rateMax}, or use at least 22 connections`),
  );
  await assert.rejects(
    parse('reactions', '--connections', '20', '--reactions', String(20 * reactionsPerSecond + 1)),
    new RegExp(`more than 20 people may make.*Lower it to ${20 * reactionsPerSecond}`),
  );
});

test('[NUM-1] processes follow from the connections, and what too few cannot hold is refused before the run', async () => {
  const { generators, workers } = await parse('chat', '--connections', '50000');
  assert.deepEqual([generators, workers], [3, 3]);
  await assert.rejects(
    parse('chat', '--connections', '50000', '--generators', '2'),
    /--generators 2.*Use at least 3/,
  );
  await assert.rejects(
    parse('chat', '--connections', '50000', '--workers', '2'),
    /--workers 2.*Use at least 3/,
  );
});

test('settings that cannot be meant are refused, with what to do', async () => {
  await assert.rejects(parse('chat', '--connections', '7'), /must be even/);
  await assert.rejects(parse('groups', '--connections', '2'), /at least 3 members.*use more/);
  await assert.rejects(parse('hot-room', '--members', '501'), /--members 501 is too many: .* 500 at most/);
  await assert.rejects(parse('chat', '--bytes', '20000'), /--bytes must be from 64 to 16384/);
  await assert.rejects(
    parse('reconnect-storm', '--seconds', '5', '--cut-after', '5'),
    /must lie within the 5 measured seconds/,
  );
  await assert.rejects(
    parse('hot-room', '--window', '1', '--generators', '2'),
    /--window 1 must be at least --generators 2/,
  );
});

test('a running server needs the issuer that it trusts', async () => {
  const url = ['--url', 'http://127.0.0.1:8080/'];
  await assert.rejects(parse('chat', ...url), /--url and --issuer are needed together/);
  const { server } = await parse('chat', ...url, '--issuer', 'http://127.0.0.1:4000');
  const [running, issuer] = ['http://127.0.0.1:8080', 'http://127.0.0.1:4000'];
  assert.deepEqual(server, { url: running, issuer, pid: null, metricsUrls: [] });
  const metrics = ['--metrics', 'http://127.0.0.1:9000/metrics', 'http://127.0.0.1:9001/metrics'];
  const whole = await parse('chat', ...url, '--issuer', issuer!, '--pid', '12', ...metrics);
  assert.deepEqual(whole.server, { url: running, issuer, pid: 12, metricsUrls: metrics.slice(1) });
  await assert.rejects(
    parse('chat', '--url', 'ftp://x', '--issuer', 'http://127.0.0.1:4000'),
    /no http address/,
  );
});

test('[NUM-1] more connections than one address has ports come from several', () => {
  assert.deepEqual(localAddresses(4_000), []);
  assert.deepEqual(localAddresses(10_000), ['127.0.0.2', '127.0.0.3', '127.0.0.4']);
  assert.equal(new Set(localAddresses(50_000)).size, 13);
});

test('a window is shared out to the last message', () => {
  assert.deepEqual(
    [0, 1, 2].map((generator) => shareOf(8, generator, 3)),
    [3, 3, 2],
  );
});
