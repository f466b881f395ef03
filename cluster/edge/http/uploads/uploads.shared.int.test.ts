// Uploading over two workers that share a port: any request may reach either of them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { before, test } from 'node:test';
import { eventually } from '../../../../protocol/waiting.ts';
import { sharedCluster } from '../../../../ops/testing/shared-cluster.ts';
import type { TestCluster } from '../../../../ops/testing/test-cluster.ts';
import { userIdOf } from '../../gateway/authenticator.ts';
import { limits } from '../../../../protocol/limits.ts';
import { readWhole } from '../../../../storage/blobs/blob-store.ts';
import { FolderBlobStore } from '../../../../storage/blobs/folder-blob-store.ts';
import { html, photoWithPlace, picture, pixelBomb, svg, zip } from './testing/pictures.ts';
import { answerOf, patchHeaders, TusClient, type HttpAnswer } from './testing/tus-client.ts';

const mebibyte = 1024 * 1024;

let cluster: TestCluster;
let errorsBefore: number;

before(async () => {
  ({ cluster } = await sharedCluster());
  errorsBefore = cluster.errors.length;
});

function refused(answer: HttpAnswer, status: number, code: string): void {
  const said = answer.body.length > 0 ? answer.json() : {};
  assert.deepEqual([answer.status, said['code']], [status, code], answer.body.toString());
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.deepEqual([said['type'], said['status']], [`urn:skein:error:${code}`, status]);
  assert.ok(typeof said['title'] === 'string' && typeof said['detail'] === 'string');
}

async function offsetOf(client: TusClient, location: string): Promise<number> {
  return Number((await client.head(location)).headers['upload-offset']);
}

/** The worker with a request that brings content. */
async function receivingPid(): Promise<number | undefined> {
  for (const { admin, pid } of await cluster.workers()) {
    const text = await (await fetch(`http://${admin}/metrics`)).text().catch(() => '');
    if (/^skein_uploads_receiving [1-9]/m.test(text)) return pid;
  }
  return undefined;
}

test('[MSG-7] the server says what it speaks', async () => {
  const { status, headers } = await (await TusClient.of(cluster, 'ada')).ask('OPTIONS', '/v1/uploads');
  assert.equal(status, 204);
  assert.equal(headers['tus-resumable'], '1.0.0');
  assert.equal(headers['tus-version'], '1.0.0');
  assert.equal(headers['tus-extension'], 'creation,expiration,termination');
  assert.equal(headers['tus-max-size'], String(limits.attachmentBytesMax));
});

test('[MSG-7] a file comes in pieces, and is described once it is complete', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const content = randomBytes(3 * mebibyte + 77);
  const location = await ada.created(content.length, '../Bericht 1.bin');
  for (let offset = 0; offset < content.length;) {
    const piece = content.subarray(offset, offset + 700_001);
    const answer = await ada.patch(location, offset, piece);
    offset += piece.length;
    assert.deepEqual([answer.status, answer.headers['upload-offset']], [204, String(offset)]);
    assert.ok(Date.parse(answer.headers['upload-expires'] as string) > Date.now());
    assert.equal(await offsetOf(ada, location), offset);
  }
  const described = await ada.ask('GET', location);
  const { expiresAtMs, ...rest } = described.json();
  assert.ok((expiresAtMs as number) > Date.now());
  assert.deepEqual(rest, {
    id: location.split('/').at(-1),
    name: 'Bericht 1.bin',
    bytes: content.length,
    received: content.length,
    type: 'application/octet-stream',
    width: 0,
    height: 0,
    status: 'ready',
  });
});

test('[MSG-7] a picture is known by its content, turned upright, and says nothing of where it was taken', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const { location, answer } = await ada.upload(await photoWithPlace(), 'cat.txt');
  assert.equal(answer.status, 204);
  const described = (await ada.ask('GET', location)).json();
  assert.deepEqual([described['type'], described['width'], described['height']], ['image/jpeg', 200, 320]);
});

test('[MSG-7] an upload that was cut off goes on where it stands', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const content = randomBytes(4 * mebibyte);
  const location = await ada.created(content.length);
  for (const upTo of [1_500_000, 1_700_000, 3_000_000]) {
    const offset = await offsetOf(ada, location);
    const request = ada.open('PATCH', location, {
      ...patchHeaders(offset),
      'content-length': String(content.length - offset),
    });
    request.on('error', () => undefined);
    request.write(content.subarray(offset, upTo));
    await eventually(async () => (await receivingPid()) !== undefined);
    request.destroy();
    // All that arrived counts, not only whole pieces.
    await eventually(async () => (await offsetOf(ada, location)) > offset);
    await eventually(async () => (await receivingPid()) === undefined);
    assert.ok((await offsetOf(ada, location)) <= upTo);
  }
  const offset = await offsetOf(ada, location);
  assert.equal((await ada.patch(location, offset, content.subarray(offset))).status, 204);
  assert.equal((await ada.ask('GET', location)).json()['status'], 'ready');
  assert.ok((await contentOf(location)).equals(content));
});

test('[MSG-7] a worker is killed in the middle of an upload, and any other goes on', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const content = randomBytes(5 * mebibyte);
  const location = await ada.created(content.length);
  const request = ada.open('PATCH', location, {
    ...patchHeaders(0),
    'content-length': String(content.length),
  });
  const failed = once(request, 'error');
  request.write(content.subarray(0, 2.5 * mebibyte));
  await eventually(async () => (await offsetOf(ada, location)) >= 2 * mebibyte);
  process.kill((await receivingPid())!, 'SIGKILL');
  await failed;
  const reached = async () => offsetOf(ada, location).catch(() => 0);
  await eventually(async () => (await reached()) >= 2 * mebibyte);
  const offset = await offsetOf(ada, location);
  assert.equal((await ada.patch(location, offset, content.subarray(offset))).status, 204);
  assert.ok((await contentOf(location)).equals(content));
  await eventually(async () => (await cluster.workers()).length === 2);
});

test('[MSG-7] all bytes came but the worker died before the check: whoever asks next has it checked', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const content = await picture().png().toBuffer();
  const { location, id } = await ada.upload(content, 'a.png');
  // As it stands after the last piece.
  const [ready] = (
    await cluster.database.query<{ content_blob: string }>(
      'select content_blob from uploads where upload_id = $1',
      [id],
    )
  ).rows;
  await cluster.database.query(`update uploads set status = 'uploading', type = null where upload_id = $1`, [
    id,
  ]);
  await cluster.database.query('insert into upload_pieces values ($1, 0, $2, $3)', [
    id,
    content.length,
    ready!.content_blob,
  ]);
  const described = (await ada.ask('GET', location)).json();
  assert.deepEqual([described['status'], described['type'], described['width']], ['ready', 'image/png', 320]);
});

test('[MSG-7] content at another offset is refused, and the right one is told', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const content = randomBytes(10_000);
  const location = await ada.created(content.length);
  await ada.patch(location, 0, content.subarray(0, 4_000));
  for (const wrong of [0, 3_999, 4_001, 9_999]) {
    const answer = await ada.patch(location, wrong, content.subarray(wrong));
    refused(answer, 409, 'upload_offset_mismatch');
    assert.equal(answer.headers['upload-offset'], '4000');
  }
  assert.equal((await ada.patch(location, 4_000, content.subarray(4_000))).status, 204);
  assert.ok((await contentOf(location)).equals(content));
  // Complete: nothing more to send is fine, anything more is not.
  assert.equal((await ada.patch(location, 10_000, Buffer.alloc(0))).status, 204);
  refused(await ada.patch(location, 10_000, Buffer.from('x')), 413, 'attachment_too_large');
});

test('[MSG-7] of many that send the same upload at once one wins each piece, and content is never mixed', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const length = 3 * mebibyte;
  const location = await ada.created(length);
  const variants = [1, 2, 3, 4].map((value) => Buffer.alloc(length, value));
  const answers = await Promise.all(variants.map((content) => ada.patch(location, 0, content)));
  const statuses = answers.map(({ status }) => status).sort();
  assert.ok(
    statuses.every((status) => status === 204 || status === 409),
    `${statuses}`,
  );
  assert.ok(statuses.filter((status) => status === 204).length <= 1, `${statuses}`);
  const offset = await offsetOf(ada, location);
  if (offset < length) await ada.patch(location, offset, variants[0]!.subarray(offset));
  const content = await contentOf(location);
  assert.equal(content.length, length);
  for (let at = 0; at < length; at += mebibyte) {
    const piece = content.subarray(at, at + mebibyte);
    assert.ok(
      piece.every((value) => value === piece[0]),
      `the piece at ${at} is mixed`,
    );
  }
});

test('[MSG-7] too large is refused at creation, and a body longer than announced', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  refused(await ada.create(limits.attachmentBytesMax + 1), 413, 'attachment_too_large');
  refused(await ada.create(0), 415, 'attachment_type_refused');
  const location = await ada.created(1_000);
  refused(await ada.patch(location, 0, Buffer.alloc(1_001)), 413, 'attachment_too_large');
  // The same without a length told beforehand.
  const request = ada.open('PATCH', location, { ...patchHeaders(0), 'transfer-encoding': 'chunked' });
  request.write(Buffer.alloc(600));
  request.end(Buffer.alloc(600));
  refused(await answerOf(request), 413, 'attachment_too_large');
  assert.ok((await offsetOf(ada, location)) <= 1_000);
});

test('[MSG-7] the largest file passes', async () => {
  const ada = await TusClient.of(cluster, 'largest');
  const { location, answer } = await ada.upload(randomBytes(limits.attachmentBytesMax));
  assert.equal(answer.status, 204);
  assert.equal((await ada.ask('GET', location)).json()['bytes'], limits.attachmentBytesMax);
});

test('[MSG-7] files that lie about what they are become files to download, or are refused', async () => {
  const eve = await TusClient.of(cluster, 'eve');
  const png = await picture().png().toBuffer();
  for (const [name, content] of Object.entries({ 'x.png': html, 'y.png': svg, 'z.jpg': zip })) {
    const { location } = await eve.upload(content, name);
    const { type, width, status } = (await eve.ask('GET', location)).json();
    assert.ok(!String(type).startsWith('image/'), `${name} is ${String(type)}`);
    assert.deepEqual([width, status], [0, 'ready'], name);
  }
  for (const content of [png.subarray(0, png.length / 2), pixelBomb(60_000, 60_000)]) {
    const { location, answer } = await eve.upload(content, 'a.png');
    refused(answer, 415, 'attachment_type_refused');
    // And again to whoever did not get that answer.
    refused(await eve.ask('GET', location), 415, 'attachment_type_refused');
    refused(await eve.patch(location, content.length, Buffer.alloc(0)), 415, 'attachment_type_refused');
  }
});

test('[MSG-7][ACC-2] an upload exists for its owner alone, and for nobody without a token', async () => {
  const [ada, eve] = await Promise.all([TusClient.of(cluster, 'ada'), TusClient.of(cluster, 'eve')]);
  const location = await ada.created(100);
  refused(await eve.patch(location, 0, Buffer.alloc(100)), 404, 'upload_not_found');
  refused(await eve.ask('GET', location), 404, 'upload_not_found');
  refused(await eve.delete(location), 404, 'upload_not_found');
  assert.equal((await eve.head(location)).status, 404);
  for (const id of ['x', '../../etc/passwd', crypto.randomUUID(), crypto.randomUUID().toUpperCase()]) {
    refused(await ada.ask('GET', `/v1/uploads/${encodeURIComponent(id)}`), 404, 'upload_not_found');
  }
  for (const authorization of ['', 'Basic YTpi', 'Bearer', 'Bearer nonsense']) {
    const answer = await ada.patch(location, 0, Buffer.alloc(100), { authorization });
    refused(answer, 401, 'unauthenticated');
    assert.match(answer.headers['www-authenticate']!, /^Bearer/);
  }
  const expired = await cluster.issuer.token('ada', { expiresInSeconds: -60 });
  refused(await ada.ask('GET', location, { authorization: `Bearer ${expired}` }), 401, 'unauthenticated');
  assert.equal(await offsetOf(ada, location), 0);
});

test('[MSG-7] what is no tus request is told what is missing', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const location = await ada.created(100);
  refused(await ada.patch(location, 0, Buffer.alloc(1), { 'tus-resumable': '0.2' }), 412, 'invalid_request');
  refused(
    await ada.patch(location, 0, Buffer.alloc(1), { 'content-type': 'image/png' }),
    415,
    'invalid_request',
  );
  refused(await ada.patch(location, 0, Buffer.alloc(1), { 'upload-offset': 'x' }), 400, 'invalid_request');
  refused(await ada.ask('POST', location), 405, 'invalid_request');
  const overridden = await ada.ask(
    'POST',
    location,
    { ...patchHeaders(0), 'x-http-method-override': 'PATCH' },
    Buffer.alloc(10),
  );
  assert.deepEqual([overridden.status, overridden.headers['upload-offset']], [204, '10']);
});

test('[MSG-7] an upload that is taken back is gone', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  const { location } = await ada.upload(Buffer.from('draft'));
  assert.equal((await ada.delete(location)).status, 204);
  assert.equal((await ada.head(location)).status, 404);
  refused(await ada.delete(location), 404, 'upload_not_found');
});

test('[MSG-7] someone who holds as many uploads as allowed has to send or delete some', async () => {
  const max = await TusClient.of(cluster, 'max');
  const taken = limits.uploadsUnattachedPerUserMax - 3;
  await cluster.database.query(
    `insert into uploads (upload_id, owner_id, name, length, expires_at)
     select gen_random_uuid(), $1, 'x', 10, now() + interval '1 hour' from generate_series(1, $2)`,
    [userIdOf(cluster.issuer.issuer, 'max'), taken],
  );
  const created = await Promise.all(Array.from({ length: 10 }, () => max.create(10)));
  assert.equal(created.filter(({ status }) => status === 201).length, 3);
  refused(
    created.find(({ status }) => status !== 201)!,
    429,
    'upload_quota_exceeded',
  );
  await max.delete(created.find(({ status }) => status === 201)!.headers.location!);
  assert.equal((await max.create(10)).status, 201);
  const big = await TusClient.of(cluster, 'big');
  const room = Math.floor(limits.uploadsUnattachedBytesPerUserMax / limits.attachmentBytesMax);
  for (let at = 0; at < room; at++) await big.created(limits.attachmentBytesMax);
  refused(await big.create(limits.attachmentBytesMax), 429, 'upload_quota_exceeded');
});

test('[MSG-7][ACC-6] whoever begins too many uploads at once is told when to go on', async () => {
  const ned = await TusClient.of(cluster, 'ned');
  // Each of the two workers counts for itself here.
  const answers = await Promise.all(
    Array.from({ length: 2 * limits.uploadsBurst + 20 }, () => ned.create(1)),
  );
  const limited = answers.find((answer) => answer.status === 429 && answer.json()['code'] === 'rate_limited');
  refused(limited!, 429, 'rate_limited');
  assert.ok(Number(limited!.headers['retry-after']) >= 1);
});

test('no name of a file reaches the logs', async () => {
  const ada = await TusClient.of(cluster, 'ada');
  await ada.upload(Buffer.from('secret-words-within'), 'xyzzy-secret-name.txt');
  assert.ok(!/xyzzy-secret-name|secret-words-within/.test(cluster.log));
  assert.deepEqual(cluster.errors.slice(errorsBefore), []);
  assert.ok(existsSync(cluster.blobDir));
});

/** Content that would be downloaded. */
async function contentOf(location: string): Promise<Buffer> {
  const group = location.split('/').at(-1)!;
  const { rows } = await cluster.database.query<{ content_blob: string }>(
    'select content_blob from uploads where upload_id = $1',
    [group],
  );
  return readWhole(await FolderBlobStore.open(cluster.blobDir), { group, name: rows[0]!.content_blob });
}
