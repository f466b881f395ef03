// Clients that misbehave, or come back all at once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import type { SkeinClient } from '../../protocol/client/index.ts';
import { closeCodes } from '../../protocol/close-codes.ts';
import { eventually } from '../../protocol/waiting.ts';
import { onlyInAll, runsAll } from '../../protocol/testing/rounds.ts';
import { userIdOf } from '../testing/test-cluster.ts';
import { Stage } from './stage.ts';
import { Seat } from '../../bench/verify/seat.ts';

let stage: Stage;

before(async () => {
  if (!runsAll) return;
  stage = await Stage.open({ workers: 2 });
  await stage.balanced();
});
after(() => stage?.close());

/** Memory of one worker may grow by so much, whatever a client leaves unread. */
const growthMaxMiB = 200;
/** Enough to fill the kernel's buffers of one connection and then the gateway's. */
const writtenMax = 3_000;

const residentMiB = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

/** Sockets that the workers have closed because nobody read from them. */
async function closedAsSlow(): Promise<number> {
  const wanted = new RegExp(`^skein_socket_closes_total\\{code="${closeCodes.slow_consumer}"\\} (\\d+)`, 'm');
  const pages = await Promise.all(
    (await stage.cluster.workers()).map(async ({ admin }) => (await fetch(`http://${admin}/metrics`)).text()),
  );
  return pages.reduce((sum, page) => sum + Number(wanted.exec(page)?.[1] ?? 0), 0);
}

const skip = onlyInAll;

test(
  '[OFF-5] a client that stops reading is closed, costs little memory, and resumes without loss (FAULTS 18)',
  { skip },
  async (t) => {
    const sockets: WebSocket[] = [];
    const openSocket = (url: string) => {
      sockets.push(new WebSocket(url));
      return sockets.at(-1) as never;
    };
    const reader = await stage.cluster.connect('reader', { openSocket });
    try {
      await stage.underLoad(
        async (load) => {
          const [founder, ...others] = load.pairs.map(({ client }) => client);
          const members = [...others.map(userIdOf), userIdOf(reader)];
          const profile = { name: 'many words', description: '', avatarId: null };
          const { conversationId } = await founder!.createGroup(members, profile);
          const seat = new Seat({ client: reader, userId: userIdOf(reader) }, conversationId);
          await seat.follow();
          const pids = stage.cluster.pidsOf('worker/main.ts');
          const before = pids.map(residentMiB);
          // Whichever it has now: it may have come back before.
          const stuck = sockets.at(-1)!;
          stuck.pause();
          let written = 0;
          let grownMiB = 0;
          while ((await closedAsSlow()) === 0) {
            assert.ok(written < writtenMax, 'a socket that nobody reads was not closed');
            const body = 'x'.repeat(16_000);
            await Promise.all(load.pairs.map(({ client }) => client.send(conversationId, body)));
            written += load.pairs.length;
            grownMiB = Math.max(grownMiB, ...pids.map((pid, at) => residentMiB(pid) - before[at]!));
          }
          stuck.resume();
          t.diagnostic(
            `closed with ${written} messages behind it; a worker grew by ${Math.round(grownMiB)} MiB`,
          );
          assert.ok(grownMiB < growthMaxMiB, `a worker grew by ${grownMiB} MiB`);
          await eventually(() => seat.lastSeq >= written + 1);
          assert.notEqual(sockets.at(-1), stuck, 'it never had to come back');
          assert.deepEqual(
            seat.events.map(({ seq }) => seq),
            Array.from({ length: written + 1 }, (_, at) => at + 1),
          );
        },
        { pairs: 4, groups: 0, rate: 50 },
      );
    } finally {
      reader.close();
    }
  },
);

const crowd = 3_000;
test(
  `${crowd} clients that all come back at once are all back, and nothing is lost (FAULTS 19)`,
  { skip },
  async (t) => {
    const people: SkeinClient[] = [];
    try {
      await stage.underLoad(async (load) => {
        const online = () => people.filter(({ state }) => state.name === 'online').length;
        while (people.length < crowd) {
          people.push(
            ...Array.from({ length: 100 }, (_, at) => stage.cluster.client(`crowd${people.length + at}`)),
          );
          for (const person of people.slice(-100)) person.connect();
          await eventually(() => online() === people.length);
        }
        const ids = people.map(userIdOf);
        for (const person of people) person.followInbox();
        const startedMs = performance.now();
        for (const pid of stage.cluster.pidsOf('worker/main.ts')) process.kill(pid, 'SIGKILL');
        await eventually(() => online() < crowd / 2);
        await eventually(() => online() === crowd);
        t.diagnostic(`${crowd} were back after ${Math.round(performance.now() - startedMs)} ms`);
        await load.goesOnEverywhere(20);
        assert.deepEqual(people.map(userIdOf), ids);
      });
    } finally {
      for (const person of people) person.close();
    }
  },
);
