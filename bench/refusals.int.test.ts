// Runs that cannot be carried out: each says what to change, before anything starts, and exits with 2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBench } from './testing/bench-run.ts';

const refusals: readonly (readonly [title: string, args: readonly string[], said: RegExp])[] = [
  [
    '[ACC-6] more than the people may send',
    ['chat', '--connections', '2', '--rate', '5000'],
    /--rate 5000 is more than 2 people may send/,
  ],
  [
    '[ACC-6] more pages than the readers may ask for',
    ['history', '--conversations', '2', '--rate', '1000'],
    /Use at least --conversations 5/,
  ],
  [
    'an endpoint that is not there',
    ['http', '--endpoints', 'readyz,elsewhere'],
    /--endpoints names elsewhere; there are readyz, conversations/,
  ],
  [
    'half of a running server',
    ['chat', '--url', 'http://127.0.0.1:1'],
    /--url and --issuer are needed together/,
  ],
  ['processes of no server', ['chat', '--pid', '1'], /name it with --url and --issuer/],
];

for (const [title, args, said] of refusals) {
  test(`${title}: refused with what to change`, async () => {
    const { code, stdout, stderr } = await runBench(...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, said);
  });
}
