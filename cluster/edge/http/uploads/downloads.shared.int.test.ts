// Downloads of attachments, by people who may and who may not.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { pino } from 'pino';
import sharp from 'sharp';
import { App, us_listen_socket_close, type us_listen_socket } from 'uWebSockets.js';
import { freePort } from '../../../../ops/embedded/ports.ts';
import { eventually } from '../../../../protocol/waiting.ts';
import { sharedCluster } from '../../../../ops/testing/shared-cluster.ts';
import type { TestServices } from '../../../../ops/testing/services.ts';
import { userIdOf, type TestCluster } from '../../../../ops/testing/test-cluster.ts';
import { accept } from '../../../../actors/runtime/reply.ts';
import { limits } from '../../../../protocol/limits.ts';
import { Attachments } from '../../../../storage/blobs/attachments.ts';
import { FolderBlobStore } from '../../../../storage/blobs/folder-blob-store.ts';
import { openPool } from '../../../../storage/postgres/pool.ts';
import { Authenticator } from '../../gateway/authenticator.ts';
import { systemTimers } from '../../../system-ports.ts';
import { Routes } from '../api/routes.ts';
import { DownloadRoutes } from './download-routes.ts';
import { html, picture, svg } from './testing/pictures.ts';
import { answerOf, TusClient, type HttpAnswer } from './testing/tus-client.ts';

let services: TestServices;
let cluster: TestCluster;
let errorsBefore: number;
let attachments: Attachments;
let pool: pg.Pool;

before(async () => {
  ({ services, cluster } = await sharedCluster());
  errorsBefore = cluster.errors.length;
  pool = openPool({
    databaseUrl: services.databaseUrl,
    name: 'test',
    connectionsMax: 4,
    log: pino({ level: 'silent' }),
  });
  attachments = new Attachments(pool);
});

after(async () => {
  await pool?.end();
});

interface Room {
  readonly id: string;
  readonly ada: TusClient;
  readonly bob: TusClient;
  readonly adaId: string;
  readonly bobId: string;
}

/** Two people with a conversation that PostgreSQL knows. */
async function room(name: string): Promise<Room> {
  const [ada, bob] = await Promise.all([cluster.connect(`${name}_ada`), cluster.connect(`${name}_bob`)]);
  const [adaId, bobId] = [userIdOf(ada), userIdOf(bob)];
  const { conversationId: id } = await ada
    .openDirect(bobId)
    .finally(() => [ada, bob].forEach((client) => client.close()));
  await eventually(async () => (await members(id)) === 2);
  const clients = await Promise.all([
    TusClient.of(cluster, `${name}_ada`),
    TusClient.of(cluster, `${name}_bob`),
  ]);
  return { id, ada: clients[0], bob: clients[1], adaId, bobId };
}

async function members(conversationId: string): Promise<number> {
  const text = 'select 1 from conversation_members where conversation_id = $1';
  return (await cluster.database.query(text, [conversationId])).rowCount ?? 0;
}

/** Uploaded and claimed by a message of Ada's. */
async function attach({ id, ada, adaId }: Room, content: Uint8Array, name?: string): Promise<string> {
  const { id: uploadId } = await ada.upload(content, name);
  const claimed = await attachments.claim({
    ownerId: adaId,
    conversationId: id,
    key: crypto.randomUUID(),
    uploadIds: [uploadId],
  });
  assert.ok(claimed.ok, JSON.stringify(claimed));
  return `/v1/conversations/${id}/attachments/${uploadId}`;
}

function notFound(answer: HttpAnswer): void {
  assert.deepEqual([answer.status, answer.json()['code']], [404, 'upload_not_found']);
}

test('[MSG-7] a file is only ever downloaded, under its name', async () => {
  const here = await room('file');
  const content = randomBytes(3_000_000);
  const answer = await here.bob.ask('GET', await attach(here, content, 'Plan "B".pdf'));
  assert.equal(answer.status, 200);
  assert.ok(answer.body.equals(content));
  const { headers } = answer;
  assert.equal(headers['content-length'], String(content.length));
  assert.equal(headers['content-type'], 'application/octet-stream');
  assert.equal(
    headers['content-disposition'],
    `attachment; filename="Plan _B_.pdf"; filename*=UTF-8''Plan%20_B_.pdf`,
  );
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['content-security-policy']), /sandbox/);
  assert.equal(headers['cache-control'], 'private, no-cache');
});

test('[MSG-7] pictures are shown in place and have a preview; SVG and HTML never are', async () => {
  const here = await room('picture');
  const photo = await attach(here, await picture(1200, 900).jpeg().toBuffer(), 'cat.jpg');
  const shown = await here.bob.ask('GET', photo);
  assert.deepEqual([shown.status, shown.headers['content-type']], [200, 'image/jpeg']);
  assert.match(shown.headers['content-disposition']!, /^inline/);
  const preview = await here.bob.ask('GET', `${photo}/preview`);
  assert.deepEqual([preview.status, preview.headers['content-type']], [200, 'image/webp']);
  const { width, height } = await sharp(preview.body).metadata();
  assert.deepEqual([width, height], [480, 360]);
  for (const [name, content] of Object.entries({ 'page.png': html, 'drawing.svg': svg })) {
    const path = await attach(here, content, name);
    const { headers } = await here.bob.ask('GET', path);
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.match(headers['content-disposition']!, /^attachment/);
    notFound(await here.bob.ask('GET', `${path}/preview`));
  }
});

test('[MSG-7][ACC-2] only members get it, and each download looks anew', async () => {
  const here = await room('members');
  const [root, third] = await Promise.all([cluster.connect('members_ada'), cluster.connect('members_dan')]);
  const profile = { name: 'Members', description: '', avatarId: null };
  const { conversationId: id } = await root.createGroup([here.bobId, userIdOf(third)], profile);
  const path = await attach({ ...here, id }, await picture().png().toBuffer());
  const eve = await TusClient.of(cluster, 'members_eve');
  for (const each of [path, `${path}/preview`]) {
    assert.equal((await here.ada.ask('GET', each)).status, 200);
    assert.equal((await here.bob.ask('GET', each)).status, 200);
    notFound(await eve.ask('GET', each));
    assert.equal((await eve.ask('HEAD', each)).status, 404);
    assert.equal((await here.bob.ask('GET', each, { authorization: 'Bearer nobody' })).status, 401);
  }
  const etag = (await here.bob.ask('GET', path)).headers.etag!;
  assert.equal((await here.bob.ask('GET', path, { 'if-none-match': etag })).status, 304);
  await root.removeMember(id, here.bobId);
  for (const each of [path, `${path}/preview`]) {
    notFound(await here.bob.ask('GET', each));
    // A copy in a browser's cache is no way around it.
    notFound(await here.bob.ask('GET', each, { 'if-none-match': etag }));
    notFound(await here.bob.ask('GET', each, { range: 'bytes=0-9' }));
  }
  assert.equal((await here.ada.ask('GET', path)).status, 200);
  await root.deleteConversation(id);
  notFound(await here.ada.ask('GET', path));
  [root, third].forEach((client) => client.close());
});

test('[MSG-7][ACC-2] through another conversation, unclaimed or deleted it does not exist', async () => {
  const [here, there] = await Promise.all([room('here'), room('there')]);
  const path = await attach(here, Buffer.from('for us'));
  const id = path.split('/').at(-1)!;
  notFound(await there.ada.ask('GET', `/v1/conversations/${there.id}/attachments/${id}`));
  const { id: unclaimed } = await here.ada.upload(Buffer.from('not sent'));
  notFound(await here.ada.ask('GET', `/v1/conversations/${here.id}/attachments/${unclaimed}`));
  notFound(await here.ada.ask('GET', `/v1/conversations/x/attachments/y`));
  await cluster.database.query('update uploads set deleted_at = now() where upload_id = $1', [id]);
  notFound(await here.ada.ask('GET', path));
});

test('[MSG-7] ranges, conditions and HEAD work as HTTP has them', async () => {
  const here = await room('range');
  const content = randomBytes(1_000_000);
  const path = await attach(here, content);
  const { headers: head, status, body } = await here.bob.ask('HEAD', path);
  assert.deepEqual([status, body.length, head['content-length']], [200, 0, '1000000']);
  assert.equal(head['accept-ranges'], 'bytes');
  const etag = head.etag!;
  for (const [range, from, to] of [
    ['bytes=0-99', 0, 99],
    ['bytes=500000-', 500_000, 999_999],
    ['bytes=-7', 999_993, 999_999],
  ] as const) {
    for (const condition of [{}, { 'if-range': etag }]) {
      const part = await here.bob.ask('GET', path, { range, ...condition });
      assert.deepEqual([part.status, part.headers['content-range']], [206, `bytes ${from}-${to}/1000000`]);
      assert.ok(part.body.equals(content.subarray(from, to + 1)), range);
    }
  }
  const changed = await here.bob.ask('GET', path, { range: 'bytes=0-9', 'if-range': '"another"' });
  assert.deepEqual([changed.status, changed.body.length], [200, 1_000_000]);
  const beyond = await here.bob.ask('GET', path, { range: 'bytes=1000000-' });
  assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */1000000']);
});

test('[MSG-7] a slow reader gets all of it, and one that leaves harms nobody', async () => {
  const here = await room('slow');
  const content = randomBytes(12_000_000);
  const path = await attach(here, content);
  const request = here.bob.open('GET', path, {});
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.pause();
  const leaving = here.bob.open('GET', path, {});
  leaving.on('error', () => undefined).end();
  await once(leaving, 'response');
  leaving.destroy();
  // The whole is more than sockets hold: the server waits for this reader meanwhile, and serves others.
  assert.ok((await here.ada.ask('GET', path)).body.equals(content));
  const chunks = (await response.toArray()) as Buffer[];
  assert.ok(Buffer.concat(chunks).equals(content));
  const ended = async () => {
    const texts = (await cluster.workers()).map(async ({ admin }) =>
      (await fetch(`http://${admin}/metrics`)).text(),
    );
    return (await Promise.all(texts)).every((text) => /^skein_downloads_sending 0$/m.test(text));
  };
  await eventually(ended);
  assert.deepEqual(cluster.errors.slice(errorsBefore), []);
});

test('[MSG-7] whoever stalls as many downloads as they may gets no more, and others are served', async () => {
  const here = await room('stalled');
  const content = randomBytes(12_000_000);
  const path = await attach(here, content);
  const stall = async () => {
    const request = here.bob.open('GET', path, {});
    request.on('error', () => undefined).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined).pause();
    return { request, response };
  };
  // Each worker has a bound of its own: with one more than all of them allow, one is refused wherever they went.
  const most = (await cluster.workers()).length * limits.downloadsAtOncePerUserMax;
  const asked = await Promise.all(Array.from({ length: most + 1 }, stall));
  const refused = asked.filter(({ response }) => response.statusCode !== 200);
  assert.ok(refused.length >= 1 && refused.length <= most + 1 - limits.downloadsAtOncePerUserMax);
  for (const { response } of refused) {
    assert.deepEqual([response.statusCode, response.headers['retry-after']], [429, '2']);
    const problem = Buffer.concat((await response.toArray()) as Buffer[]).toString();
    assert.equal((JSON.parse(problem) as { code: string }).code, 'rate_limited');
  }
  assert.equal((await here.bob.ask('HEAD', path)).status, 200);
  assert.ok((await here.ada.ask('GET', path)).body.equals(content));
  for (const { request } of asked) request.destroy();
  await eventually(async () => (await here.bob.ask('GET', path)).status === 200);
});

test('[MSG-7] a download that takes too long is cut off, and a range goes on with it', async () => {
  const here = await room('drip');
  const content = randomBytes(12_000_000);
  const path = await attach(here, content);
  const routes = new DownloadRoutes({
    authenticator: new Authenticator({
      builtIn: null,
      externalIssuers: [cluster.issuer.issuer],
      ended: { has: () => false, ageMs: 0 },
    }),
    attachments,
    blobs: await FolderBlobStore.open(cluster.blobDir),
    checkMember: () => Promise.resolve({ ok: true, value: null }),
    timers: systemTimers,
    withinMs: 1_000,
  });
  const app = App();
  routes.attach(new Routes(app, { log: pino({ level: 'silent' }) }));
  const port = await freePort();
  const listening = await new Promise<us_listen_socket | false>((resolve) =>
    app.listen('127.0.0.1', port, resolve),
  );
  const bob = await TusClient.of({ url: `http://127.0.0.1:${port}`, issuer: cluster.issuer }, 'drip_bob');
  try {
    const request = bob.open('GET', path, {});
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    // Takes a little each time, so that the connection is never idle.
    const drip = setInterval(() => {
      const chunk = response.read(1_000) as Buffer | null;
      if (chunk) chunks.push(chunk);
    }, 50);
    // Well before a connection without any reading would be given up.
    await eventually(() => routes.totals.outOfTime === 1);
    clearInterval(drip);
    await assert.rejects(async () => {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    });
    const part = Buffer.concat(chunks);
    assert.ok(part.length > 0 && part.length < content.length);
    const rest = await bob.ask('GET', path, { range: `bytes=${part.length}-` });
    assert.equal(rest.status, 206);
    assert.ok(Buffer.concat([part, rest.body]).equals(content));
    await eventually(() => routes.totals.downloads === 1 && routes.underWay === 0);
  } finally {
    if (listening) us_listen_socket_close(listening);
  }
});

test('[MSG-7] a claim binds all or none, once, and is repeated without harm', async () => {
  const { id: conversationId, ada, bob, adaId: ownerId } = await room('claim');
  const ready = await Promise.all(
    ['a', 'b', 'c'].map(async (text) => (await ada.upload(Buffer.from(text), `${text}.txt`)).id),
  );
  const picked = (await ada.upload(await picture(64, 48).webp().toBuffer(), 'p.webp')).id;
  const key = crypto.randomUUID();
  const claim = (uploadIds: string[], more: object = {}) =>
    attachments.claim({ ownerId, conversationId, key, uploadIds, ...more });
  const code = async (...of: Parameters<typeof claim>) => {
    const answer = await claim(...of);
    return answer.ok ? 'claimed' : answer.error.code;
  };
  const incomplete = (await ada.created(10)).split('/').at(-1)!;
  const stranger = (await bob.upload(Buffer.from('of bob'))).id;
  assert.equal(await code([ready[0]!, incomplete]), 'upload_incomplete');
  assert.equal(await code([ready[0]!, stranger]), 'upload_not_found');
  assert.equal(await code([ready[0]!, crypto.randomUUID()]), 'upload_not_found');
  const { rows } = await cluster.database.query(
    'select 1 from uploads where owner_id = $1 and conversation_id is not null',
    [ownerId],
  );
  assert.equal(rows.length, 0);
  const claimed = await claim([picked, ready[1]!, ready[0]!]);
  assert.ok(claimed.ok);
  const descriptors = claimed.value;
  const bytes = descriptors[0]!.bytes;
  const textFile = { type: 'application/octet-stream', bytes: 1, width: 0, height: 0 };
  assert.deepEqual(descriptors, [
    { attachmentId: picked, name: 'p.webp', type: 'image/webp', bytes, width: 64, height: 48 },
    { ...textFile, attachmentId: ready[1], name: 'b.txt' },
    { ...textFile, attachmentId: ready[0], name: 'a.txt' },
  ]);
  assert.deepEqual(await claim([picked, ready[1]!, ready[0]!]), claimed);
  assert.equal(await code([ready[0]!], { key: crypto.randomUUID() }), 'upload_already_attached');
  assert.equal(await code([ready[0]!], { conversationId: crypto.randomUUID() }), 'upload_already_attached');
  assert.equal(await code([ready[2]!, ready[2]!]), 'upload_already_attached');
  assert.deepEqual(await claim([]), accept([]));
  // In a message it can be neither taken back nor claimed twice by two messages at the same moment.
  assert.equal((await ada.delete(`/v1/uploads/${picked}`)).json()['code'], 'upload_already_attached');
  const race = await Promise.all([1, 2, 3, 4].map(() => code([ready[2]!], { key: crypto.randomUUID() })));
  assert.deepEqual(race.sort(), ['claimed', ...Array.from({ length: 3 }, () => 'upload_already_attached')]);
  await cluster.database.query(
    `update uploads set expires_at = now() - interval '1 hour' where owner_id = $1`,
    [ownerId],
  );
  assert.deepEqual(await claim([picked, ready[1]!, ready[0]!]), claimed, 'the message is sent again later');
  const late = (await bob.upload(Buffer.from('late'))).id;
  await cluster.database.query(
    `update uploads set expires_at = now() - interval '1 hour' where upload_id = $1`,
    [late],
  );
  assert.equal(await code([late], { ownerId: await ownerOf(late) }), 'upload_not_found');
});

async function ownerOf(uploadId: string): Promise<string> {
  const { rows } = await cluster.database.query<{ owner_id: string }>(
    'select owner_id from uploads where upload_id = $1',
    [uploadId],
  );
  return rows[0]!.owner_id;
}

test('[MSG-7] content that the store lost is an error, not an empty file', async () => {
  const here = await room('lost');
  const path = await attach(here, Buffer.from('here today'));
  await cluster.database.query(`update uploads set content_blob = 'content-gone' where upload_id = $1`, [
    path.split('/').at(-1),
  ]);
  const request = here.bob.open('GET', path, {});
  request.end();
  assert.equal((await answerOf(request)).status, 500);
  await eventually(() => cluster.errors.some(({ err }) => err?.type === 'BlobMissing'));
});
