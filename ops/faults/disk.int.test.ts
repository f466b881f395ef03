// The disk of a whole installation fills up under load, is full to the last byte, and is free again.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { RestClient, type RestAnswer } from '../../cluster/edge/http/rest/testing/rest-client.ts';
import { isRetryable } from '../../protocol/errors.ts';
import { onlyInAll, rounds } from '../../protocol/testing/rounds.ts';
import { eventually } from '../../protocol/waiting.ts';
import type { ClusterStatus } from '../cli/status.ts';
import { skein } from '../cli/testing/run-skein.ts';
import type { Finding } from '../cli/doctor/finding.ts';
import { Installation } from '../testing/installation.ts';
import { SmallDisk } from '../testing/small-disk.ts';
import { violations } from '../../bench/verify/history.ts';
import { Load } from '../../bench/verify/load.ts';
import { recordedIn } from './recorded.ts';
import { lasting } from './stage.ts';

const MiB = 1024 ** 2;
const bounds = { full: 64 * MiB, low: 128 * MiB };
const load = { pairs: 4, rate: 80 };
/** The protocol promises an answer to every request within it, and the network its own time. */
const answerWithinMs = 12_000;

const disk = await SmallDisk.open(512 * MiB);
const skip = disk ? false : 'this machine lets nobody mount a small disk (no root, no user namespaces)';
let installation: Installation;

before(async () => {
  if (!disk) return;
  installation = await Installation.create({
    stateDir: path.join(disk.folder, 'state'),
    env: {
      SKEIN_DISK_FREE_MIN_BYTES: String(bounds.full),
      SKEIN_DISK_FREE_WARN_BYTES: String(bounds.low),
      SKEIN_WORKERS: '2',
    },
  });
  await installation.start();
});
after(async () => {
  await installation?.close();
  await disk?.close();
});

const cli = (...args: string[]) => skein(args, installation.env as Record<string, string>);
async function problems(): Promise<string> {
  const { out } = await cli('status', '--json');
  return out === '' ? '' : (JSON.parse(out) as ClusterStatus).problems.map(({ what }) => what).join('\n');
}
async function saysDoctor(): Promise<string | undefined> {
  const { out } = await cli('doctor', '--json');
  return (JSON.parse(out) as Finding[]).find(({ about }) => about === 'disk')?.level;
}

/** Requests of each kind, answered with their codes; fails when one is not answered in time. */
class Prober {
  readonly #client: RestClient;
  readonly #room: string;

  private constructor(client: RestClient, room: string) {
    this.#client = client;
    this.#room = room;
  }

  static async open(): Promise<Prober> {
    const peer = await installation.connect('disk_peer');
    assert.ok(peer.state.name === 'online');
    const client = await RestClient.of(installation, 'disk_prober');
    const opened = await client.put(`/v1/users/${peer.state.userId}/conversation`);
    peer.close();
    return new Prober(
      client,
      (opened.json as { conversation: { conversationId: string } }).conversation.conversationId,
    );
  }

  write(): Promise<RestAnswer> {
    return inTime(this.#client.post(`/v1/conversations/${this.#room}/messages`, { body: 'is there room?' }));
  }
  upload(): Promise<RestAnswer> {
    const headers = { 'tus-resumable': '1.0.0', 'upload-length': '10' };
    return inTime(this.#client.raw('POST', '/v1/uploads', undefined, headers));
  }
  read(): Promise<RestAnswer> {
    return inTime(this.#client.get(`/v1/conversations/${this.#room}/events`));
  }
  list(): Promise<RestAnswer> {
    return inTime(this.#client.get('/v1/conversations'));
  }
  profile(): Promise<RestAnswer> {
    return inTime(this.#client.put(`/v1/conversations/${this.#room}/mute`, { untilMs: 253_402_300_799_000 }));
  }

  /** Each answer is one of the protocol's that may be repeated, or what was asked for. */
  async everything(): Promise<void> {
    const answers = await Promise.all([
      this.write(),
      this.upload(),
      this.read(),
      this.list(),
      this.profile(),
    ]);
    for (const { status, json } of answers) {
      const { code } = (json ?? {}) as { code?: string };
      assert.ok(status < 400 || (code && isRetryable(code) && code !== 'internal'), `${status} ${code}`);
    }
  }
}

async function inTime(answer: Promise<RestAnswer>): Promise<RestAnswer> {
  const late = lasting(answerWithinMs).then(() => assert.fail(`no answer within ${answerWithinMs} ms`));
  return Promise.race([answer, late]);
}

async function judge(chat: Load): Promise<void> {
  await chat.settle();
  const history = await chat.history();
  const database = installation.openDatabase();
  const recorded = await recordedIn(database, history.final);
  await database.end();
  assert.deepEqual(violations({ ...history, recorded }), []);
  assert.deepEqual(chat.refused, []);
}

test(
  '[MSG-2, MSG-3] a disk that fills up is told of early, refuses writing before it is full, goes on reading, and recovers by itself (FAULTS 11, 36)',
  { skip },
  async () => {
    const prober = await Prober.open();
    const chat = await Load.start(installation, load);
    try {
      await chat.goesOn(100);
      assert.equal(await problems(), '');
      // Low: told of, and nothing else changes.
      disk!.fillTo((bounds.low + bounds.full) / 2);
      await eventually(async () => /A disk of host .* is nearly full/.test(await problems()));
      assert.equal(await saysDoctor(), 'warn');
      await chat.goesOnEverywhere(5);
      // Full: refused with a code that clients know, and reading goes on.
      disk!.fillTo(bounds.full - 8 * MiB);
      await eventually(async () => (await prober.write()).status === 507);
      const refused = await prober.write();
      assert.equal((refused.json as { code: string }).code, 'storage_full');
      assert.ok((refused.json as { retryAfterMs: number }).retryAfterMs > 0);
      await eventually(async () => (await prober.upload()).status === 507);
      assert.equal((await prober.read()).status, 200);
      assert.equal((await prober.list()).status, 200);
      await eventually(async () => /A disk of host .* is full: .*reading goes on/.test(await problems()));
      assert.equal((await cli('status')).code, 1);
      assert.equal(await saysDoctor(), 'fail');
      // To the last byte, as somebody else on that machine would: every request is answered all the same.
      disk!.fillTo(0);
      for (let round = 0; round < rounds(8, 2); round++) {
        await prober.everything();
        await lasting(1_000);
      }
      disk!.free();
      await chat.goesOnEverywhere(20);
      assert.equal((await prober.write()).status, 201);
      await eventually(async () => (await problems()) === '');
      await judge(chat);
    } finally {
      chat.close();
    }
  },
);

test(
  'an installation that finds its disk full waits for room, and starts when there is some (FAULTS 36)',
  { skip: skip || onlyInAll },
  async () => {
    const prober = await Prober.open();
    await installation.stop();
    disk!.fillTo(0);
    installation.launch();
    await installation.says(/The disk of .* is full: waiting until/);
    assert.ok(installation.runs);
    disk!.free();
    await installation.says(/Skein is ready/);
    assert.equal((await prober.write()).status, 201);
  },
);
