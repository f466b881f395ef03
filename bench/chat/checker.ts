// Holds what the two sides of a conversation were told against each other and against the history: whether every
// acknowledged message was shown once, in order, to both, and stands in the history (NUM-2, MSG-1, MSG-2).
//
// Each side saw the conversation, and the history is one more view of it. Every view must hold each accepted message
// once, under the number that was acknowledged, with dense sequence numbers and each sender's messages in the order
// of writing. A message without an answer may be there once or not at all, but one that somebody saw must stand in the
// history; a refused one may be nowhere.
import {
  createdNumber,
  outcomes,
  shownIn,
  type HistoryRecord,
  type Shown,
  type SideRecord,
} from './conversation-record.ts';

export const findingKinds = {
  lost: 'acknowledged or seen, but missing',
  doubled: 'there more than once',
  outOfOrder: 'out of order, or a sequence number left out',
  contradicted: 'under another sequence number than acknowledged',
  neverSent: 'nobody sent it, or it was refused',
} as const;
export type FindingKind = keyof typeof findingKinds;
export type FindingCounts = Record<FindingKind, number>;

export interface CheckResult {
  /** Both sides of a conversation. */
  readonly conversations: number;
  /** Messages acknowledged in them. */
  readonly accepted: number;
  /** Times that a message was shown to one of its two sides. */
  readonly shown: number;
  readonly historiesRead: number;
  /** What was shown live, over resumes if there were any. */
  readonly live: FindingCounts;
  readonly history: FindingCounts;
  /** The first findings in words. */
  readonly examples: readonly string[];
}

interface View {
  readonly name: string;
  readonly counts: FindingCounts;
  readonly headSeq: number;
  readonly shown: readonly Shown[];
}

/** What is known of a conversation while its views are checked one after the other. */
interface Known {
  readonly conversation: number;
  /** By side, as in SideRecord. */
  readonly sent: readonly Int32Array[];
  /** Sequence numbers by key: as acknowledged, and as some view has shown them. */
  readonly acknowledged: ReadonlyMap<number, number>;
  readonly shown: Map<number, number>;
}

const examplesMax = 10;

export class Checker {
  readonly #live = noFindings();
  readonly #history = noFindings();
  readonly #examples: string[] = [];
  readonly #totals = { conversations: 0, accepted: 0, shown: 0, historiesRead: 0 };

  /** @param sides in the order of their number @param history null: not read */
  add(sides: readonly [SideRecord, SideRecord], history: HistoryRecord | null): void {
    const sent = sides.map((side) => side.sent);
    const acknowledged = new Map<number, number>();
    for (const side of [0, 1]) this.#takeAcknowledged(side, sent[side]!, acknowledged);
    const known: Known = { conversation: sides[0].conversation, sent, acknowledged, shown: new Map() };
    const views = sides.map(({ side, headSeq, shown }): View => {
      return { name: `side ${side}`, counts: this.#live, headSeq, shown: [...shownIn(shown)] };
    });
    for (const { shown } of views) this.#totals.shown += shown.length;
    this.#totals.conversations++;
    for (const view of views) this.#checkView(view, known, acknowledged);
    if (history === null) return;
    this.#totals.historiesRead++;
    const events = [...shownIn(history.events)];
    const last: View = { name: 'the history', counts: this.#history, headSeq: 0, shown: events };
    this.#checkView(last, known, new Map([...known.shown, ...acknowledged]));
  }

  get result(): CheckResult {
    return { ...this.#totals, live: this.#live, history: this.#history, examples: this.#examples };
  }

  #takeAcknowledged(side: number, sent: Int32Array, seqs: Map<number, number>): void {
    for (let at = 0; at < sent.length; at += 2) {
      if (sent[at] !== outcomes.accepted) continue;
      this.#totals.accepted++;
      seqs.set(keyOf(side, at / 2), sent[at + 1]!);
    }
  }

  /** @param expected messages that the view must hold, by key */
  #checkView(view: View, known: Known, expected: ReadonlyMap<number, number>): void {
    const found = (kind: FindingKind, what: string) => this.#found(view, kind, known.conversation, what);
    const seen = new Set<number>();
    const lastNumber = [-1, -1];
    let lastSeq = view.headSeq;
    for (const event of view.shown) {
      const { seq, side, number } = event;
      const what = `${nameOf(event)} at ${seq}`;
      if (seq !== lastSeq + 1) found('outOfOrder', `${what} comes after ${lastSeq}`);
      lastSeq = seq;
      if (number === createdNumber) continue;
      const outcome = number < 0 ? undefined : known.sent[side]?.[number * 2];
      if (outcome === undefined || outcome === outcomes.refused) {
        found('neverSent', what);
        continue;
      }
      const key = keyOf(side, number);
      if (seen.has(key)) {
        found('doubled', what);
        continue;
      }
      seen.add(key);
      if (number < lastNumber[side]!)
        found('outOfOrder', `${what} comes after its number ${lastNumber[side]}`);
      lastNumber[side] = number;
      const before = known.acknowledged.get(key) ?? known.shown.get(key) ?? seq;
      if (before !== seq) found('contradicted', `${what} instead of ${before}`);
      known.shown.set(key, before);
    }
    for (const [key, seq] of expected) if (!seen.has(key)) found('lost', `${nameOf(fromKey(key))} at ${seq}`);
  }

  #found(view: View, kind: FindingKind, conversation: number, what: string): void {
    view.counts[kind]++;
    if (this.#examples.length >= examplesMax) return;
    this.#examples.push(`conversation ${conversation}, ${view.name}: ${what}: ${findingKinds[kind]}`);
  }
}

/** Checks a whole run; both sides of every conversation must be there. */
export function checkAll(sides: readonly SideRecord[], histories: readonly HistoryRecord[]): CheckResult {
  const checker = new Checker();
  const history = new Map(histories.map((each) => [each.conversation, each]));
  const firstSides = new Map(sides.filter(({ side }) => side === 0).map((each) => [each.conversation, each]));
  for (const second of sides) {
    if (second.side !== 1) continue;
    const first = firstSides.get(second.conversation);
    if (!first) throw new Error(`conversation ${second.conversation} lacks a side`);
    checker.add([first, second], history.get(second.conversation) ?? null);
  }
  return checker.result;
}

export function totalOf(counts: FindingCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function noFindings(): FindingCounts {
  return { lost: 0, doubled: 0, outOfOrder: 0, contradicted: 0, neverSent: 0 };
}

const sideSpan = 2 ** 32;

function keyOf(side: number, number: number): number {
  return side * sideSpan + number;
}

function fromKey(key: number): Pick<Shown, 'side' | 'number'> {
  return { side: Math.floor(key / sideSpan), number: key % sideSpan };
}

function nameOf({ side, number }: Pick<Shown, 'side' | 'number'>): string {
  return number < 0 ? 'a strange message' : `message ${number} of side ${side}`;
}
