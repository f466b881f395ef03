import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { loaded, queuedMessage, testOutboxStore } from '../testing/outbox-store-contract.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import { FileOutboxStore } from './file-outbox-store.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'skein-outbox-'));
const folderOf = (place: string) => path.join(root, place);
const open = (place: string) => new FileOutboxStore(folderOf(place));
const filesIn = (place: string) => readdirSync(folderOf(place)).sort();

after(() => rmSync(root, { recursive: true, force: true }));

testOutboxStore('files', open);

async function withMessages(place: string, ...bodies: string[]): Promise<void> {
  const store = open(place);
  await store.load();
  for (const body of bodies) await store.put(queuedMessage(body));
}

const bodiesIn = async (place: string) => (await loaded(open(place))).map(({ content }) => content.body);

void test('[OFF-1] a file that was half written when the program died is no message, and is cleared away', async () => {
  await withMessages('torn', 'a', 'b');
  const [first] = filesIn('torn');
  const torn = path.join(folderOf('torn'), `${first!.replace(/^\d+/, '000000000009')}.tmp`);
  writeFileSync(torn, readFileSync(path.join(folderOf('torn'), first!)).subarray(0, 40));
  assert.deepEqual(await bodiesIn('torn'), ['a', 'b']);
  assert.equal(filesIn('torn').length, 3, 'it may be another process that writes it just now');
  utimesSync(torn, new Date(0), new Date(0));
  assert.deepEqual(await bodiesIn('torn'), ['a', 'b']);
  assert.equal(filesIn('torn').length, 2);
});

void test('[OFF-1] a damaged message is set aside with a warning, never deleted; the others are sent', async () => {
  await withMessages('damaged', 'a', 'b', 'c');
  const file = path.join(folderOf('damaged'), filesIn('damaged')[1]!);
  writeFileSync(file, readFileSync(file).subarray(0, 40));
  const warned = once(process, 'warning');
  assert.deepEqual(await bodiesIn('damaged'), ['a', 'c']);
  assert.match(String((await warned)[0]), /damaged and was set aside/);
  assert.equal(filesIn('damaged').filter((name) => name.endsWith('.damaged')).length, 1);
});

void test('[OFF-1] killed between writing a message anew and removing its old file: the later one counts', async () => {
  await withMessages('twice', 'a', 'b');
  const folder = folderOf('twice');
  const [name] = filesIn('twice');
  const message = JSON.parse(readFileSync(path.join(folder, name!), 'utf8')) as object;
  const anew = { ...message, failure: { code: 'blocked', message: 'no' } };
  writeFileSync(path.join(folder, name!.replace(/^\d+/, '000000000009')), JSON.stringify(anew));
  const found = await loaded(open('twice'));
  assert.deepEqual(
    found.map(({ content, failure }) => [content.body, failure?.code]),
    [
      ['b', undefined],
      ['a', 'blocked'],
    ],
  );
  assert.equal(filesIn('twice').length, 2);
});

void test('[OFF-1] a message that cannot be written is refused, and does not come back', async () => {
  const store = open('gone');
  await store.load();
  await store.put(queuedMessage('a'));
  rmSync(folderOf('gone'), { recursive: true });
  await assert.rejects(store.put(queuedMessage('b')));
  await loaded(store);
  await store.put(queuedMessage('c'));
  assert.deepEqual(await bodiesIn('gone'), ['c']);
});

void test('[OFF-1] nobody else on the machine can read what was written', async () => {
  await withMessages('private', 'a');
  for (const file of [folderOf('private'), path.join(folderOf('private'), filesIn('private')[0]!)]) {
    assert.equal(statSync(file).mode & 0o077, 0);
  }
});

void test('[OFF-1] kill -9 at any moment: what was reported as kept is there, in order', async (context) => {
  const { seed, next } = seededRandom();
  context.diagnostic(`seed ${seed}`);
  const writer = path.join(import.meta.dirname, 'put-until-killed.ts');
  for (let run = 0; run < 4; run++) {
    const place = `killed-${run}`;
    const child = spawn(process.execPath, [writer, folderOf(place)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const linesMax = 10 + Math.floor(next() * 150);
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.split('\n').length > linesMax) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const lines = output.split('\n').slice(0, -1);
    const removed = new Set(lines.flatMap((line) => line.match(/^removed (.*)/)?.[1] ?? []));
    const expected = lines
      .flatMap((line) => line.match(/^put (.*)/)?.[1] ?? [])
      .filter((key) => !removed.has(key));
    const found = (await loaded(open(place))).map(({ key }) => key);
    // The last one may have been removed without a word.
    const missing = expected.filter((key) => !found.includes(key));
    assert.ok(
      missing.length <= 1 && missing.every((key) => key === expected.at(-2)),
      `lost ${missing.join()}`,
    );
    assert.deepEqual(
      found.filter((key) => expected.includes(key)),
      expected.filter((key) => found.includes(key)),
    );
    assert.ok(found.every((key) => !removed.has(key)));
  }
});
