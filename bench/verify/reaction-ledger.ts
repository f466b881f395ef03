// Reactions made in one conversation, compared with those in its views and its history (REA-1).
import type { FindingKind } from './findings.ts';
import { emojis, isReaction, outcomes, reactionOf } from './record.ts';

interface Change {
  acknowledged: number;
  /** Without an answer: it may have happened or not. */
  open: number;
}

/** A member and what they did: members are at most a few hundred, numbers below 2^32. */
const span = 2 ** 32;
const keyOf = (member: number, number: number) => member * span - number;
const nameOf = (key: number) => {
  const { target, emoji, present } = reactionOf(-(key % span));
  const what = `${emojis[emoji]} on ${target}`;
  return `${present ? what : `taking off ${what}`} by member ${Math.floor(key / span)}`;
};

export class ReactionLedger {
  readonly #made: readonly Int32Array[];
  readonly changes = new Map<number, Change>();
  /** Which change each sequence number is, as the first view has shown it. */
  readonly shownAt = new Map<number, number>();
  readonly accepted: number;

  /** @param made by member: [number, outcome] in the order in which they were made */
  constructor(made: readonly Int32Array[]) {
    this.#made = made;
    let accepted = 0;
    made.forEach((ofMember, member) => {
      for (let at = 0; at < ofMember.length; at += 2) {
        if (ofMember[at + 1] === outcomes.refused) continue;
        const key = keyOf(member, ofMember[at]!);
        const change = this.changes.get(key) ?? { acknowledged: 0, open: 0 };
        if (ofMember[at + 1] === outcomes.open) change.open++;
        else {
          change.acknowledged++;
          accepted++;
        }
        this.changes.set(key, change);
      }
    });
    this.accepted = accepted;
  }

  /** Where the summaries differ from what was acknowledged. @param counted [seq of the message, emoji, count] */
  *miscounts(counted: Int32Array): Generator<string> {
    const { counts, unknown } = this.#expected();
    const seen = new Map<number, number>();
    for (let at = 0; at < counted.length; at += 3)
      seen.set(counted[at]! * emojis.length + counted[at + 1]!, counted[at + 2]!);
    for (const place of new Set([...counts.keys(), ...seen.keys()])) {
      const least = counts.get(place) ?? 0;
      const most = least + (unknown.get(place) ?? 0);
      const count = seen.get(place) ?? 0;
      if (count >= least && count <= most) continue;
      const target = Math.floor(place / emojis.length);
      yield `${count} times ${emojis[place % emojis.length]} on ${target} instead of ${least}`;
    }
  }

  /** How many have put each emoji on each message, and of how many it is not known. */
  #expected(): { counts: Map<number, number>; unknown: Map<number, number> } {
    const counts = new Map<number, number>();
    const unknown = new Map<number, number>();
    for (const ofMember of this.#made) {
      const states = new Map<number, boolean | null>();
      for (let at = 0; at < ofMember.length; at += 2) {
        if (ofMember[at + 1] === outcomes.refused) continue;
        const { target, emoji, present } = reactionOf(ofMember[at]!);
        const isKnown = ofMember[at + 1] === outcomes.accepted;
        states.set(target * emojis.length + emoji, isKnown ? present : null);
      }
      for (const [place, state] of states) {
        const which = state === null ? unknown : counts;
        if (state !== false) which.set(place, (which.get(place) ?? 0) + 1);
      }
    }
    return { counts, unknown };
  }
}

/** Every acknowledged change must be in a view as often as it was made, and at one place in all views. */
export function checkReactions(
  { changes, shownAt }: ReactionLedger,
  events: Int32Array,
  found: (kind: FindingKind, what: string) => void,
): void {
  const seen = new Map<number, number>();
  for (let at = 0; at < events.length; at += 3) {
    const seq = events[at]!;
    const number = events[at + 2]!;
    if (!isReaction(number)) continue;
    const key = keyOf(events[at + 1]!, number);
    seen.set(key, (seen.get(key) ?? 0) + 1);
    const before = shownAt.get(seq);
    if (before === undefined) shownAt.set(seq, key);
    else if (before !== key)
      found('contradicted', `${nameOf(key)} at ${seq}, where others saw ${nameOf(before)}`);
  }
  for (const [key, times] of seen) {
    const { acknowledged, open } = changes.get(key) ?? { acknowledged: 0, open: 0 };
    if (acknowledged + open === 0) found('neverSent', nameOf(key));
    else if (times > acknowledged + open) found('doubled', nameOf(key));
  }
  for (const [key, { acknowledged }] of changes) {
    if ((seen.get(key) ?? 0) < acknowledged) found('lost', nameOf(key));
  }
}
