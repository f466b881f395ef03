// Observations of one conversation for the checker, as flat numbers.
//
// An event is [seq, member, number]. For a message, member is the writer's place among the members and number counts the
// writer's messages in this conversation from 0. Negative numbers are for everything else.
import { NumberList } from './number-list.ts';

export const outcomes = { open: 0, accepted: 1, refused: 2 } as const;
export type Outcome = (typeof outcomes)[keyof typeof outcomes];

/** In place of a message's number: nobody of this run did it. */
export const strangeNumber = -1;
/** The event that created the conversation. */
export const createdNumber = -2;
/** Reactions are this and below. */
const reactionNumberMax = -16;

/** Emojis that people of the bench react with; fewer than may stand on one message. */
export const emojis = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '🔥'] as const;

/** A reaction as one number, which names what it stands on. */
export interface Reaction {
  /** The message's sequence number. */
  readonly target: number;
  /** In `emojis`. */
  readonly emoji: number;
  readonly present: boolean;
}

export function reactionNumber({ target, emoji, present }: Reaction): number {
  return reactionNumberMax - ((target * emojis.length + emoji) * 2 + Number(present));
}

export function reactionOf(number: number): Reaction {
  const code = reactionNumberMax - number;
  const both = Math.floor(code / 2);
  return { target: Math.floor(both / emojis.length), emoji: both % emojis.length, present: code % 2 === 1 };
}

export function isReaction(number: number): boolean {
  return number <= reactionNumberMax;
}

/** Actions of one member, and the events shown to them. */
export interface SeatRecord {
  readonly member: number;
  /** The sequence number at which it began to follow: the first event shown is the next one. */
  readonly headSeq: number;
  /** [outcome, seq] for each message, in the order of writing; seq is 0 unless accepted. */
  readonly sent: Int32Array;
  /** [number, outcome] for each reaction, in the order in which they were made. */
  readonly reactions: Int32Array;
  /** Events shown: these of `common`, or a view of its own where that differs. */
  readonly from: number;
  readonly to: number;
  readonly own: Int32Array | null;
}

/** Observations of a conversation by all its members in one generator. */
export interface ConversationRecord {
  readonly conversation: number;
  /** Events shown to all of them: five hundred equal views of a room are kept once. */
  readonly common: Int32Array;
  readonly seats: readonly SeatRecord[];
}

export interface HistoryRecord {
  readonly conversation: number;
  /** All events of the conversation. */
  readonly events: Int32Array;
  /** [seq of the message, emoji, count] for each summary of reactions. */
  readonly reactions: Int32Array;
}

/** View of one member, kept as a part of what others were shown for as long as it is the same. */
export class View {
  readonly #common: NumberList;
  #from = -1;
  #to = 0;
  #own: NumberList | null = null;

  /** @param common shared by all views of the conversation in this process */
  constructor(common: NumberList) {
    this.#common = common;
  }

  push(seq: number, member: number, number: number): void {
    if (this.#own) return this.#own.push3(seq, member, number);
    if (this.#from < 0) this.#from = this.#to = this.#placeOf(seq);
    const common = this.#common;
    const at = this.#to * 3;
    if (at === common.length) {
      common.push3(seq, member, number);
    } else if (common.at(at) !== seq || common.at(at + 1) !== member || common.at(at + 2) !== number) {
      this.#own = NumberList.of(common.slice(this.#from * 3, at));
      return this.#own.push3(seq, member, number);
    }
    this.#to++;
  }

  get record(): Pick<SeatRecord, 'from' | 'to' | 'own'> {
    return { from: Math.max(0, this.#from), to: this.#to, own: this.#own?.slice() ?? null };
  }

  /** A member who began to follow later finds the place by the sequence number, since there is no gap. */
  #placeOf(seq: number): number {
    if (this.#common.length === 0) return 0;
    const place = seq - this.#common.at(0);
    return place >= 0 && place * 3 <= this.#common.length ? place : 0;
  }
}
