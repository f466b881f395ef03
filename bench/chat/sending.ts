// Sends what the schedule says when it says so, whatever became of the messages before.
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from '../clock.ts';
import type { Person } from './person.ts';
import type { Schedule } from './schedule.ts';

/** Resolves when the last message has been sent. Timers keep to a millisecond; whatever is due by then goes out. */
export async function sendOnSchedule(
  schedule: Schedule,
  people: readonly Person[],
  startUs: number,
): Promise<void> {
  let next = 0;
  while (next < schedule.length) {
    const dueUs = Math.round(startUs + schedule.dueUs(next)); // whole, as the body carries it
    const waitUs = dueUs - nowUs();
    if (waitUs > 0) {
      await delay(Math.ceil(waitUs / 1000));
      continue;
    }
    people[schedule.sender(next)]!.send(dueUs);
    next++;
  }
}
