import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds } from '../runtime/bounds.ts';
import type { Timers } from '../runtime/ports.ts';
import type { SendMessage } from './commands.ts';
import { Parking } from './parking.ts';

/** Timers that run when told to, and know which of them were cancelled. */
class ManualTimers implements Timers {
  readonly running = new Set<{ run: () => void; delayMs: number }>();
  setTimeout(run: () => void, delayMs: number): () => void {
    const timer = { run, delayMs };
    this.running.add(timer);
    return () => void this.running.delete(timer);
  }
  setInterval(): never {
    throw new Error('parking repeats nothing');
  }
  afterTurn(): never {
    throw new Error('parking waits for no turn');
  }
  fire(): void {
    for (const timer of this.running) {
      this.running.delete(timer);
      timer.run();
    }
  }
}

class Lot {
  readonly timers = new ManualTimers();
  readonly parking = new Parking(this.timers);
  readonly answers: string[] = [];

  park(predecessor: string, key: string): boolean {
    const content = { body: 'hi', replyTo: null, mentions: [], attachments: [] };
    const command: SendMessage = { type: 'send', by: 'ada', key, prev: predecessor, ...content };
    return this.parking.park(predecessor, command, (reply) => {
      this.answers.push(`${key} ${reply.ok ? 'accepted' : reply.error.code}`);
    });
  }
  release(key: string): string[] {
    return this.parking.release(key).map(({ command }) => command.key);
  }
}

void test('[OFF-3] what waits for a key is handed out when it comes, once, in the order it was parked', () => {
  const lot = new Lot();
  for (const key of ['b', 'c']) assert.ok(lot.park('a', key));
  assert.ok(lot.park('x', 'y'));
  assert.equal(lot.parking.size, 3);
  assert.deepEqual(lot.release('a'), ['b', 'c']);
  assert.deepEqual(lot.release('a'), []);
  assert.equal(lot.parking.size, 1);
  assert.equal(lot.timers.running.size, 1, 'the others wait for nothing any more');
});

void test('[OFF-3] what waits too long is refused once, so that the sender sends both again', () => {
  const lot = new Lot();
  lot.park('a', 'b');
  lot.park('a', 'c');
  assert.deepEqual(
    [...lot.timers.running].map(({ delayMs }) => delayMs),
    [bounds.parkedForMsMax, bounds.parkedForMsMax],
  );
  lot.timers.fire();
  assert.deepEqual(lot.answers, ['b predecessor_missing', 'c predecessor_missing']);
  assert.equal(lot.parking.size, 0);
  assert.deepEqual(lot.release('a'), []);
});

void test('there is room for a bounded number, and again when some have left', () => {
  const lot = new Lot();
  for (let at = 0; at < bounds.parkedMessagesMax; at++) assert.ok(lot.park(`p${at % 7}`, `k${at}`));
  assert.equal(lot.park('p', 'one too many'), false);
  assert.deepEqual(lot.answers, []);
  const left = lot.release('p3').length;
  for (let at = 0; at < left; at++) assert.ok(lot.park('p', `new ${at}`));
  assert.equal(lot.park('p', 'one too many'), false);
});

void test('an activation that ends answers everyone who waits, and leaves no timer behind', () => {
  const lot = new Lot();
  lot.park('a', 'b');
  lot.park('c', 'd');
  lot.parking.dispose();
  assert.deepEqual(lot.answers, ['b unavailable', 'd unavailable']);
  assert.deepEqual([lot.parking.size, lot.timers.running.size], [0, 0]);
});
