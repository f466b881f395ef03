import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../protocol/limits.ts';
import { Command } from 'commander';
import { checked, type BenchOptions, type ChatSettings } from './options.ts';
import { chatCommand } from './command.ts';
import type { CommonFlags } from '../options.ts';

async function parse(...args: string[]): Promise<BenchOptions> {
  const seen: BenchOptions[] = [];
  const program = new Command();
  chatCommand(program).action((flags: ChatSettings & CommonFlags) => void seen.push(checked(flags)));
  await program.parseAsync(args, { from: 'user' });
  return seen[0]!;
}

test('has the defaults of its help', async () => {
  const { connections, rate, seconds, warmup, workers, generators, server } = await parse('chat');
  assert.deepEqual([connections, rate, seconds, warmup, workers, generators], [1000, 500, 10, 3, 2, 2]);
  assert.equal(server, null);
});

test('[ACC-6] a rate that the server must refuse is refused before the run, with what would do', async () => {
  const { sendsPerSecond } = limits;
  const rateMax = 20 * sendsPerSecond;
  assert.equal((await parse('chat', '--connections', '20', '--rate', String(rateMax))).rate, rateMax);
  await assert.rejects(
    parse('chat', '--connections', '20', '--rate', String(rateMax + 1)),
    new RegExp(`more than 20 people may send.*Lower it to ${rateMax}, or use at least 22 connections`),
  );
});

test('what a process cannot hold is refused before the run', async () => {
  await assert.rejects(parse('chat', '--connections', '50000'), /--generators 2.*Use at least 3/);
  await assert.rejects(
    parse('chat', '--connections', '50000', '--generators', '3'),
    /--workers 2.*Use at least 3/,
  );
  await parse('chat', '--connections', '50000', '--generators', '3', '--workers', '3');
  await assert.rejects(parse('chat', '--connections', '7'), /must be even/);
});

test('a running server needs the issuer that it trusts', async () => {
  await assert.rejects(
    parse('chat', '--url', 'http://127.0.0.1:8080'),
    /--url and --issuer are needed together/,
  );
  const { server } = await parse(
    'chat',
    '--url',
    'http://127.0.0.1:8080/',
    '--issuer',
    'http://127.0.0.1:4000',
  );
  assert.deepEqual(server, { url: 'http://127.0.0.1:8080', issuer: 'http://127.0.0.1:4000' });
  await assert.rejects(
    parse('chat', '--url', 'ftp://x', '--issuer', 'http://127.0.0.1:4000'),
    /no http address/,
  );
});
