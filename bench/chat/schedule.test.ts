import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schedule } from './schedule.ts';

test('the generators together send every message of the rate, evenly apart', () => {
  for (const [rate, seconds, generators] of [
    [500, 10, 2],
    [7, 1.5, 3],
    [1, 1, 4],
  ] as const) {
    const due: number[] = [];
    for (let generator = 0; generator < generators; generator++) {
      const schedule = new Schedule({ rate, seconds, generator, generators, people: 10 });
      for (let index = 0; index < schedule.length; index++) due.push(schedule.dueUs(index));
    }
    due.sort((a, b) => a - b);
    assert.equal(due.length, Math.round(rate * seconds));
    due.forEach((us, index) => assert.ok(Math.abs(us - (index * 1_000_000) / rate) < 1));
  }
});

test('everyone sends in turn, so that nobody exceeds their share of the rate', () => {
  for (const people of [1, 2, 3, 10, 500, 997]) {
    const schedule = new Schedule({ rate: people * 10, seconds: 3, generator: 1, generators: 2, people });
    const sent = new Array<number>(people).fill(0);
    for (let index = 0; index < schedule.length; index++) sent[schedule.sender(index)]!++;
    assert.equal(Math.max(...sent), Math.min(...sent), `${people} people`);
  }
});

test('the two sides of a conversation do not write at the same moment', () => {
  const [first, second] = [0, 1].map(
    (generator) => new Schedule({ rate: 1000, seconds: 1, generator, generators: 2, people: 500 }),
  );
  for (let index = 0; index < 500; index++) assert.notEqual(first!.sender(index), second!.sender(index));
});
