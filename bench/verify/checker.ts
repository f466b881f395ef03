// Holds what the members of a conversation were told against each other and against the history: whether every
// acknowledged message was shown once, in order, to all, and stands in the history (NUM-2, MSG-1, MSG-2).
//
// Each member saw the conversation, and the history is one more view of it. Every view must hold each accepted message
// once, under the number that was acknowledged, with dense sequence numbers and each writer's messages in the order
// of writing. A message without an answer may be there once or not at all, but one that somebody saw must stand in the
// history; a refused one may be nowhere. Views that are the same are looked through once and counted for everyone.
import { findingKinds, noFindings, type FindingCounts, type FindingKind } from './findings.ts';
import { checkReactions, ReactionLedger } from './reaction-ledger.ts';
import type { Lists } from '../chat/layout.ts';
import {
  createdNumber,
  isReaction,
  outcomes,
  type ConversationRecord,
  type HistoryRecord,
  type SeatRecord,
} from './record.ts';

export interface CheckResult {
  readonly conversations: number;
  /** Members of all of them; each one's view was checked. */
  readonly views: number;
  /** Messages acknowledged in them. */
  readonly accepted: number;
  /** Reactions acknowledged in them. */
  readonly reactions: number;
  /** Times that an event was shown to a member, writers included. */
  readonly shown: number;
  readonly historiesRead: number;
  /** Findings in the events shown live, over resumes if there were any. */
  readonly live: FindingCounts;
  readonly history: FindingCounts;
  /** The first findings in words. */
  readonly examples: readonly string[];
}

interface CheckedView {
  readonly name: string;
  readonly counts: FindingCounts;
  readonly headSeq: number;
  readonly events: Int32Array;
  /** How many saw exactly this. */
  members: number;
}

const examplesMax = 10;

/** Facts about a conversation's messages, gathered while its views are checked one after the other. */
class Messages {
  readonly sent: readonly Int32Array[];
  /** Where each member's messages begin in the arrays below. */
  readonly #starts: Int32Array;
  readonly acknowledged: Int32Array;
  /** As some view has shown them; 0: none has. */
  readonly shown: Int32Array;
  /** The number of the last view that held it. */
  readonly seenIn: Int32Array;

  constructor(sent: readonly Int32Array[]) {
    this.sent = sent;
    this.#starts = new Int32Array(sent.length + 1);
    sent.forEach((each, member) => (this.#starts[member + 1] = this.#starts[member]! + each.length / 2));
    const count = this.#starts[sent.length]!;
    this.acknowledged = new Int32Array(count);
    this.shown = new Int32Array(count);
    this.seenIn = new Int32Array(count);
    sent.forEach((each, member) => {
      for (let at = 0; at < each.length; at += 2) {
        if (each[at] === outcomes.accepted) this.acknowledged[this.#starts[member]! + at / 2] = each[at + 1]!;
      }
    });
  }

  /** Undefined for what nobody sent or the server refused. */
  indexOf(member: number, number: number): number | undefined {
    const outcome = number < 0 ? undefined : this.sent[member]?.[number * 2];
    if (outcome === undefined || outcome === outcomes.refused) return undefined;
    return this.#starts[member]! + number;
  }

  nameOf(index: number): string {
    const member = this.#starts.findLastIndex((start) => start <= index);
    return nameOf(member, index - this.#starts[member]!);
  }
}

interface Known {
  readonly conversation: number;
  readonly messages: Messages;
  readonly reactions: ReactionLedger;
}

export class Checker {
  readonly #live = noFindings();
  readonly #history = noFindings();
  readonly #examples: string[] = [];
  readonly #totals = { conversations: 0, views: 0, accepted: 0, reactions: 0, shown: 0, historiesRead: 0 };
  #view = 0;

  /**
   * @param members how many belong to the conversation
   * @param records of all generators in which some of them live
   * @param history null: not read
   */
  add(members: number, records: readonly ConversationRecord[], history: HistoryRecord | null): void {
    const conversation = records[0]?.conversation ?? -1;
    const seats: SeatRecord[] = [];
    for (const record of records) for (const seat of record.seats) seats[seat.member] = seat;
    for (let member = 0; member < members; member++) {
      if (!seats[member]) throw new Error(`conversation ${conversation} lacks its member ${member}`);
    }
    const messages = new Messages(seats.map(({ sent }) => sent));
    const reactions = new ReactionLedger(seats.map((seat) => seat.reactions));
    const known: Known = { conversation, messages, reactions };
    this.#totals.conversations++;
    this.#totals.views += members;
    this.#totals.accepted += messages.acknowledged.reduce((count, seq) => count + Number(seq > 0), 0);
    this.#totals.reactions += reactions.accepted;
    for (const view of this.#viewsOf(records)) {
      this.#totals.shown += (view.events.length / 3) * view.members;
      this.#checkView(view, known, messages.acknowledged);
    }
    if (history) this.#checkHistory(history, known);
  }

  get result(): CheckResult {
    return { ...this.#totals, live: this.#live, history: this.#history, examples: this.#examples };
  }

  #viewsOf(records: readonly ConversationRecord[]): CheckedView[] {
    const views: CheckedView[] = [];
    for (const { common, seats } of records) {
      const same = new Map<string, CheckedView>();
      for (const { member, headSeq, from, to, own } of seats) {
        const key = own ? `own ${member}` : `${headSeq} ${from} ${to}`;
        const known = same.get(key);
        if (known) {
          known.members++;
          continue;
        }
        const events = own ?? common.subarray(from * 3, to * 3);
        const view = { name: `member ${member}`, counts: this.#live, headSeq, events, members: 1 };
        same.set(key, view);
        views.push(view);
      }
    }
    return views;
  }

  #checkHistory(history: HistoryRecord, known: Known): void {
    const { acknowledged, shown } = known.messages;
    const counts = this.#history;
    this.#totals.historiesRead++;
    const view = { name: 'the history', counts, headSeq: 0, events: history.events, members: 1 };
    this.#checkView(
      view,
      known,
      shown.map((seq, index) => acknowledged[index]! || seq),
    );
    for (const sentence of known.reactions.miscounts(history.reactions))
      this.#found(view, 'miscounted', known.conversation, sentence);
  }

  /** @param expected messages that the view must hold: their sequence numbers, or 0 */
  #checkView(view: CheckedView, known: Known, expected: Int32Array): void {
    const { messages } = known;
    const found = (kind: FindingKind, what: string) => this.#found(view, kind, known.conversation, what);
    const stamp = ++this.#view;
    const lastNumbers = new Int32Array(messages.sent.length).fill(-1);
    const { events } = view;
    let lastSeq = view.headSeq;
    for (let at = 0; at < events.length; at += 3) {
      const seq = events[at]!;
      const member = events[at + 1]!;
      const number = events[at + 2]!;
      if (seq !== lastSeq + 1)
        found('outOfOrder', `${nameOf(member, number)} at ${seq} comes after ${lastSeq}`);
      lastSeq = seq;
      if (number === createdNumber || isReaction(number)) continue;
      const index = messages.indexOf(member, number);
      if (index === undefined) {
        found('neverSent', `${nameOf(member, number)} at ${seq}`);
        continue;
      }
      if (messages.seenIn[index] === stamp) {
        found('doubled', `${nameOf(member, number)} at ${seq}`);
        continue;
      }
      messages.seenIn[index] = stamp;
      if (number < lastNumbers[member]!)
        found(
          'outOfOrder',
          `${nameOf(member, number)} at ${seq} comes after its number ${lastNumbers[member]}`,
        );
      lastNumbers[member] = number;
      const before = messages.acknowledged[index]! || messages.shown[index]! || seq;
      if (before !== seq) found('contradicted', `${nameOf(member, number)} at ${seq} instead of ${before}`);
      messages.shown[index] = before;
    }
    expected.forEach((seq, index) => {
      if (seq > 0 && messages.seenIn[index] !== stamp) found('lost', `${messages.nameOf(index)} at ${seq}`);
    });
    checkReactions(known.reactions, events, found);
  }

  #found(
    { name, counts, members }: CheckedView,
    kind: FindingKind,
    conversation: number,
    what: string,
  ): void {
    counts[kind] += members;
    if (this.#examples.length >= examplesMax) return;
    const others = members > 1 ? ` and ${members - 1} more` : '';
    this.#examples.push(`conversation ${conversation}, ${name}${others}: ${what}: ${findingKinds[kind]}`);
  }
}

/** Checks a whole run; what every member saw must be there. */
export function checkAll(
  members: Lists,
  records: Iterable<ConversationRecord>,
  histories: readonly HistoryRecord[],
): CheckResult {
  const checker = new Checker();
  const history = new Map(histories.map((each) => [each.conversation, each]));
  const byConversation: ConversationRecord[][] = Array.from({ length: members.size }, () => []);
  for (const record of records) byConversation[record.conversation]!.push(record);
  byConversation.forEach((each, conversation) => {
    checker.add(members.at(conversation).length, each, history.get(conversation) ?? null);
  });
  return checker.result;
}

function nameOf(member: number, number: number): string {
  if (isReaction(number)) return `a reaction of member ${member}`;
  return number < 0 ? 'a strange message' : `message ${number} of member ${member}`;
}
