import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readResult } from '../report/files.ts';
import { byFunction, byModule, workIn } from './costs.ts';
import { readProfiles } from './folder.ts';
import { kindOf, moduleOf, pidIn, placeOf } from './names.ts';
import { cut, parseProfile, selfTimes, type Profile } from './profile.ts';
import { renderProfiles } from './table.ts';

const recordedFolder = path.join(import.meta.dirname, 'testing');
const recordedFile = readdirSync(recordedFolder)[0]!;
const recorded = parseProfile(readFileSync(path.join(recordedFolder, recordedFile), 'utf8'), recordedFile);
const result = readResult(path.join(import.meta.dirname, '..', 'report', 'testing', 'chat.json'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-profile-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });
const root = 'file:///srv/skein/';
const busUrl = `${root}cluster/fabric/bus/bus.ts`;

/** root → (idle), tick → send → writev; tick → send again under another node; a sample every 100 µs. */
const small: Profile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 7] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('tick', 'node:internal/process/task_queues', 70), children: [4, 6] },
    { id: 4, callFrame: frame('send', busUrl, 30), children: [5] },
    { id: 5, callFrame: frame('writev') },
    { id: 6, callFrame: frame('send', busUrl, 30) },
    { id: 7, callFrame: frame('(garbage collector)') },
  ],
  startTime: 1_000,
  endTime: 1_800,
  samples: [2, 4, 5, 6, 5, 7, 2, 2],
  timeDeltas: [0, 100, 100, 100, 100, 100, 100, 100],
};

test('a sample lasts until the next one, and only what lies in the interval counts', () => {
  const all = selfTimes(small, null);
  assert.deepEqual([all.get(2), all.get(4), all.get(5), all.get(6), all.get(7)], [200, 100, 200, 100, 100]);
  const part = selfTimes(small, { fromUs: 1_150, untilUs: 1_320 });
  assert.deepEqual([part.get(2), part.get(4), part.get(5), part.get(6)], [undefined, 50, 100, 20]);
});

test('same functions are merged, idle is left out, and native code goes by its caller', () => {
  const work = workIn(small, null, root, null);
  assert.deepEqual([work.totalUs, work.seenUs, work.idleUs], [500, 500, 200]);
  assert.deepEqual(
    byFunction([work]).map(({ name, place, selfUs }) => [name, place, selfUs]),
    [
      ['send', 'cluster/fabric/bus/bus.ts:31', 200],
      ['writev', 'native, by cluster/fabric/bus', 200],
      ['(garbage collector)', 'gc', 100],
    ],
  );
  assert.deepEqual(
    byModule([work, work]).map(({ module, selfUs }) => [module, selfUs]),
    [
      ['cluster/fabric/bus', 400],
      ['native, by cluster/fabric/bus', 400],
      ['gc', 200],
    ],
  );
});

test('where the kernel counted less than the profiler saw, times are shortened; never lengthened', () => {
  const halved = workIn(small, null, root, 250);
  assert.deepEqual([halved.totalUs, halved.seenUs, byFunction([halved])[0]!.selfUs], [250, 500, 100]);
  assert.equal(workIn(small, null, root, 900).totalUs, 500);
});

test('a profile is cut to its interval and stays a profile', () => {
  const part = cut(small, { fromUs: 1_150, untilUs: 1_420 });
  assert.deepEqual(
    [part.samples, part.timeDeltas],
    [
      [5, 6, 5],
      [50, 100, 100],
    ],
  );
  assert.deepEqual([part.startTime, part.endTime], [1_150, 1_420]);
  assert.deepEqual(parseProfile(JSON.stringify(part), 'x.cpuprofile'), part);
});

test('modules and places are told by addresses', () => {
  const moduleFrom = (url: string, name = 'f') => moduleOf(frame(name, url), root);
  assert.equal(moduleFrom(busUrl), 'cluster/fabric/bus');
  assert.equal(moduleFrom(`${root}protocol/ids.ts`), 'protocol');
  assert.equal(moduleFrom(`${root}actors/runtime/actor-cell.ts`), 'actors/runtime');
  assert.equal(moduleFrom(`${root}node_modules/msgpackr/pack.js`), 'msgpackr');
  assert.equal(moduleFrom(`${root}node_modules/@nats-io/nats-core/lib/parser.js`), '@nats-io/nats-core');
  assert.equal(moduleFrom('node:net'), 'node:net');
  assert.equal(moduleFrom('node:internal/streams/writable'), 'node:internal/streams');
  assert.equal(moduleFrom('', '(garbage collector)'), 'gc');
  assert.equal(
    placeOf(frame('f', `${root}node_modules/msgpackr/pack.js`, 471), root),
    'msgpackr/pack.js:472',
  );
  assert.equal(pidIn('CPU.20261121.153602.5710.0.001.cpuprofile'), 5710);
  assert.equal(pidIn('mine.cpuprofile'), null);
});

test('processes are told by their programs', () => {
  const kindWith = (url: string) => kindOf({ ...small, nodes: [{ id: 1, callFrame: frame('', url) }] });
  assert.deepEqual(kindOf(recorded), { name: 'worker', root });
  assert.deepEqual(kindWith(`${root}cluster/processes/projector/main.ts`), { name: 'projector', root });
  assert.deepEqual(kindWith(`${root}bench/chat/generator.ts`), { name: 'generator', root });
  assert.equal(kindWith('node:net').name, 'process');
});

test('a recorded profile: named by the result, cut to its interval, with costs by message', () => {
  const whole = readProfiles(recordedFolder, null);
  const cut = readProfiles(recordedFolder, result);
  assert.deepEqual([whole.processes[0]!.name, cut.processes[0]!.name], ['worker', 'worker 1']);
  assert.deepEqual([whole.messages, cut.messages], [undefined, 250]);
  assert.match(whole.counted, /whole lives.*--result/);
  assert.match(cut.counted, /Only the measured interval/);
  const lengthOf = ({ work }: (typeof cut.processes)[number]) => work.seenUs + work.idleUs;
  assert.ok(lengthOf(cut.processes[0]!) < lengthOf(whole.processes[0]!));
  const { fromUs } = result['usage'] as { fromUs: number };
  assert.ok(Math.abs(lengthOf(cut.processes[0]!) - (recorded.endTime - fromUs)) < 1_000);
  const text = renderProfiles(cut);
  for (const words of [
    'CPU ms/message',
    'cluster/edge/gateway',
    'node:net',
    '@nats-io/nats-core',
    'Functions of the server',
  ])
    assert.ok(text.includes(words), `${words} is missing in ${text}`);
});

test('two of a kind are numbered in the order of their starts', () => {
  for (const name of ['a', 'b'])
    writeFileSync(path.join(folder, `${name}.cpuprofile`), JSON.stringify(recorded));
  copyFileSync(path.join(recordedFolder, recordedFile), path.join(folder, recordedFile));
  assert.deepEqual(
    readProfiles(folder, null).processes.map(({ name }) => name),
    ['worker 1', 'worker 2', 'worker 3'],
  );
});

test('what cannot be read is refused with what to do', () => {
  assert.throws(
    () => readProfiles(path.join(folder, 'none'), null),
    /name the folder that was given to --profile/,
  );
  const empty = mkdtempSync(path.join(folder, 'empty-'));
  assert.throws(() => readProfiles(empty, null), /There are no profiles in .*--profile/);
  const { usage, ...older } = result;
  const later = { ...result, usage: { ...(usage as object), fromUs: 9e15 } };
  assert.throws(() => readProfiles(recordedFolder, later), /name the result of that run/);
  assert.match(readProfiles(recordedFolder, older).counted, /an older bench wrote it/);
  assert.throws(() => parseProfile('{"nodes": [', 'x.cpuprofile'), /x\.cpuprofile is cut off/);
  assert.throws(() => parseProfile('{}', 'x.cpuprofile'), /is no processor profile/);
});
