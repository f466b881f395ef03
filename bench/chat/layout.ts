// The conversations of a run and their members: direct ones in pairs, groups of sizes as people have them, or one room. Pure,
// so that every generator knows all of it from the settings alone.
import { limits } from '../../protocol/limits.ts';
import { seeded, shuffled } from './random.ts';

export type Layout =
  | { readonly kind: 'pairs' }
  | { readonly kind: 'groups'; readonly groupsPerPerson: number }
  | { readonly kind: 'room' };

/** Lists of numbers, one after the other in one array: a run has a hundred thousand of them. */
export class Lists {
  readonly #values: Int32Array;
  readonly #starts: Int32Array;

  /** @param starts where each list begins in `values`, and at last where they end */
  constructor(values: Int32Array, starts: Int32Array) {
    this.#values = values;
    this.#starts = starts;
  }

  static from(lists: readonly ArrayLike<number>[]): Lists {
    const starts = new Int32Array(lists.length + 1);
    lists.forEach((list, at) => (starts[at + 1] = starts[at]! + list.length));
    const values = new Int32Array(starts[lists.length]!);
    lists.forEach((list, at) => values.set(list, starts[at]));
    return new Lists(values, starts);
  }

  get size(): number {
    return this.#starts.length - 1;
  }
  /** Of all lists together. */
  get length(): number {
    return this.#values.length;
  }

  at(list: number): Int32Array {
    return this.#values.subarray(this.#starts[list], this.#starts[list + 1]);
  }

  /** For each value below `count`, the lists in which it stands. */
  inverted(count: number): Lists {
    const starts = new Int32Array(count + 1);
    for (const value of this.#values) starts[value + 1]!++;
    for (let at = 0; at < count; at++) starts[at + 1]! += starts[at]!;
    const next = starts.slice();
    const values = new Int32Array(this.#values.length);
    for (let list = 0; list < this.size; list++)
      for (const value of this.at(list)) values[next[value]!++] = list;
    return new Lists(values, starts);
  }
}

/** The members of each conversation: numbers of people. The first one opens it. */
export function membersOf(layout: Layout, people: number, seed: number): Lists {
  const everyone = Int32Array.from({ length: people }, (_, person) => person);
  switch (layout.kind) {
    case 'pairs':
      return new Lists(
        everyone,
        Int32Array.from({ length: people / 2 + 1 }, (_, pair) => pair * 2),
      );
    case 'room':
      return Lists.from([everyone]);
    case 'groups': {
      const random = seeded(seed);
      const groups: Int32Array[] = [];
      for (let round = 0; round < layout.groupsPerPerson; round++) groups.push(...grouped(people, random));
      return Lists.from(groups);
    }
  }
}

/** Everyone into one group each. */
function grouped(people: number, random: () => number): Int32Array[] {
  const order = shuffled(people, random);
  const groups: Int32Array[] = [];
  for (let at = 0; at < people;) {
    const left = people - at;
    const wanted = Math.min(groupSize(random()), left);
    // People left over, too few for a group of their own, join this one if there is room.
    const tooFew = left - wanted < limits.groupMembersMin;
    const size = !tooFew ? wanted : left <= limits.groupMembersMax ? left : wanted - limits.groupMembersMin;
    groups.push(order.slice(at, at + size));
    at += size;
  }
  return groups;
}

/**
 * An assumption, not a measurement: a power law, cut off at what a group may have, as sizes of groups that people form
 * are generally described. With this exponent half of all groups have 3 or 4 members, one in twenty more than 20, one in
 * two hundred more than 95; the mean is 7.9, and whoever is picked by chance sits in a group of 41 on average.
 */
const sizeExponent = 1.5;

/** @param fraction chance in [0, 1) */
export function groupSize(fraction: number): number {
  const { groupMembersMin: min, groupMembersMax: max } = limits;
  // The inverse of the distribution function of a Pareto distribution between min and max + 1.
  const tail = 1 - (min / (max + 1)) ** sizeExponent;
  return Math.floor(min / (1 - fraction * tail) ** (1 / sizeExponent));
}
