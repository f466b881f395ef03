// Journals and actors as an operator sees them: numbers, never what people wrote.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { acquireServices, type TestServices } from '../testing/services.ts';
import { TestCluster, userIdOf } from '../testing/test-cluster.ts';
import type { InspectedRecord } from './commands/journal-inspect.ts';
import type { JournalVerdict } from './journal-check.ts';
import { skeinOn } from './testing/run-skein.ts';
import { TestAccess } from './testing/test-access.ts';

interface Journal {
  incarnation: string;
  owner: string;
  lastRecord: number;
  projected: number;
}

const secret = 'what nobody but the two should read';
let services: TestServices;
let cluster: TestCluster;
let ops: ReturnType<typeof skeinOn>;
let room: string;
let ada: string;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
  ops = skeinOn(services);
  const access = await TestAccess.open(services);
  await access.settled();
  await access.close();
  const [one, other] = await Promise.all([cluster.connect('j_ada'), cluster.connect('j_bob')]);
  ada = userIdOf(one);
  room = (await one.openDirect(userIdOf(other))).conversationId;
  for (let count = 0; count < 20; count++) await one.send(room, `${secret} ${count}`);
  one.close();
  other.close();
});
after(async () => {
  await cluster?.stop();
  await services?.stop();
});

/** The longer of the two. */
async function journal(): Promise<Journal> {
  const journals = await ops.json<Journal[]>('journal', 'status');
  assert.equal(journals.length, 2);
  return journals.toSorted((a, b) => b.lastRecord - a.lastRecord)[0]!;
}

test('[OPS-2] journals are told with their owners and how far PostgreSQL is', async () => {
  const { owner, projected } = await journal();
  assert.match(owner, /^one\/[12]$/);
  assert.ok(projected > 0);
  const { code, out } = await ops.run('journal', 'status');
  assert.equal(code, 0);
  assert.match(out, /^journal +worker +last record/);
});

test('[OPS-2] the records of a journal are told without what people wrote', async () => {
  const { incarnation, owner } = await journal();
  const records = await ops.json<InspectedRecord[]>(
    'journal',
    'inspect',
    owner,
    '--from',
    '2',
    '--limit',
    '3',
  );
  assert.deepEqual(
    records.map(({ record }) => record),
    [2, 3, 4],
  );
  assert.ok(records.every(({ bytes, shards }) => bytes > 0 && shards.length > 0));
  const { out } = await ops.run('journal', 'inspect', incarnation);
  assert.match(out, /conversation/);
  assert.ok(!out.includes(secret) && !JSON.stringify(records).includes(secret));
});

test('[OPS-2] an actor is told in memory and in PostgreSQL, by its id alone', async () => {
  const conversation = await ops.run('actors', 'show', room);
  assert.equal(conversation.code, 0, conversation.err);
  assert.match(conversation.out, /conversation[^]*in PostgreSQL +kind: direct[^]*members: 2/);
  assert.ok(!conversation.out.includes(secret));
  assert.match((await ops.run('actors', 'show', ada)).out, /session[^]*conversations: 1/);
  const nobody = await ops.run('actors', 'show', '00000000-0000-4000-8000-000000000000');
  assert.equal(nobody.code, 1);
  assert.match(nobody.out, /there is none with this id/);
});

test('[OPS-2] a whole journal is found whole, and one that misses a record is not', async () => {
  const whole = await ops.run('journal', 'verify');
  assert.equal(whole.code, 0, whole.out);
  const { incarnation, lastRecord } = await journal();
  const connection = await connectNats(services.natsAccess, 'test');
  const manager = await jetstreamManager(connection);
  await manager.streams.deleteMessage(`${services.namespace}_journal_${incarnation}`, lastRecord - 3);
  await connection.close();
  const damaged = await ops.run('journal', 'verify', incarnation);
  assert.equal(damaged.code, 1);
  const what = `record ${lastRecord - 2} does not continue record ${lastRecord - 4}`;
  assert.match(damaged.out, new RegExp(`${incarnation}: DAMAGED: .*${what}`));
  const [verdict] = await ops.json<JournalVerdict[]>('journal', 'verify', incarnation);
  assert.equal(verdict!.lastRecord, lastRecord - 4);
});
