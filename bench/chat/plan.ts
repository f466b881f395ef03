// Plan of the messages, with writer and time: fixed before the run starts, so that a slow answer delays no later message and a late one
// is measured from when it was due (an open loop, without coordinated omission). Pure: every process of a run makes the
// same plan from the same settings.
import { membersOf, type Layout, type Lists } from './layout.ts';
import { seeded, shuffled } from './random.ts';

export interface PlanSettings {
  readonly layout: Layout;
  readonly people: number;
  readonly seed: number;
}

/** The moments of something that happens so often a second, evenly apart once the rate is reached. */
export interface Pace {
  /** A second, of all generators together. */
  readonly rate: number;
  readonly seconds: number;
  /** Seconds at the beginning in which the rate rises evenly from nothing: a cold server meets its load as it grows. */
  readonly rampSeconds: number;
}

/** Microseconds from the start of the run to the time when number `index` is due. */
export function dueUs(index: number, { rate, rampSeconds }: Pace): number {
  const isOnTheWayUp = index < (rate * rampSeconds) / 2;
  const dueS = isOnTheWayUp ? Math.sqrt((2 * index * rampSeconds) / rate) : rampSeconds / 2 + index / rate;
  return dueS * 1_000_000;
}

export function countOf({ rate, seconds, rampSeconds }: Pace): number {
  return Math.round(rate * (seconds - rampSeconds / 2));
}

/** A person's place in a conversation. */
export interface Seat {
  readonly conversation: number;
  /** Where the person stands among its members. */
  readonly member: number;
  readonly person: number;
}

export class Plan {
  /** The people of each conversation. */
  readonly members: Lists;
  /** The conversations of each person. */
  readonly conversations: Lists;
  readonly #order: Int32Array;

  constructor({ layout, people, seed }: PlanSettings) {
    this.members = membersOf(layout, people, seed);
    this.conversations = this.members.inverted(people);
    // Neighbours in number are neighbours nowhere: not in time, not by generator.
    this.#order = shuffled(this.members.size, seeded(seed + 1));
  }

  /**
   * Writer of message `index`: all conversations in turn, and in each its members in turn. That every group is as
   * talkative as any other, and everyone in it, is an assumption.
   */
  writer(index: number): Seat {
    const { size } = this.members;
    const conversation = this.#order[index % size]!;
    const members = this.members.at(conversation);
    const member = (Math.floor(index / size) + conversation) % members.length;
    return { conversation, member, person: members[member]! };
  }

  /** How many others a message reaches, on average. */
  get recipientsPerMessage(): number {
    return this.members.length / this.members.size - 1;
  }

  /** The share of all messages that the busiest person writes. */
  get busiestShare(): number {
    const { size } = this.members;
    let busiest = 0;
    for (let person = 0; person < this.conversations.size; person++) {
      let share = 0;
      for (const conversation of this.conversations.at(person))
        share += 1 / this.members.at(conversation).length;
      busiest = Math.max(busiest, share / size);
    }
    return busiest;
  }
}
