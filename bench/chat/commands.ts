// What the parent asks of its generators and what they answer. One request at a time for each generator, over the
// channel of `fork`; progress comes unasked.
import type { WireTotals } from '../wire/wire-totals.ts';
import type { HistoryRecord, SideRecord } from './conversation-record.ts';

export interface GeneratorSettings {
  readonly run: string;
  /** The server's WebSocket. */
  readonly url: string;
  readonly issuer: string;
  /** People of the whole run; those whose number leaves `generator` when divided by `generators` live here. */
  readonly people: number;
  readonly generator: number;
  readonly generators: number;
  readonly connectsInFlightMax: number;
  readonly localAddress: string | undefined;
  readonly receipts: boolean;
  readonly bodyBytes: number;
  readonly rate: number;
  /** Warm-up and measured interval together. */
  readonly seconds: number;
}

/** Moments of the run, in microseconds of the clock that all processes share. */
export interface RunTimes {
  readonly startUs: number;
  readonly measuredFromUs: number;
  readonly measuredUntilUs: number;
}

/** Everyone by number in the run; undefined for people of other generators. */
export type UserIds = (string | undefined)[];

export type Command =
  | { readonly kind: 'connect'; readonly settings: GeneratorSettings }
  | { readonly kind: 'pair'; readonly userIds: UserIds }
  | { readonly kind: 'send'; readonly times: RunTimes }
  | { readonly kind: 'results' }
  | { readonly kind: 'readHistories'; readonly conversations: readonly number[] };

export interface Answers {
  connect: UserIds;
  /** Ids of the conversations by number; both sides answer, so that they can be compared. */
  pair: Map<number, string>;
  /** Comes when the last message has been sent. */
  send: null;
  results: GeneratorResults;
  readHistories: HistoryRecord[];
}

export interface GeneratorProgress {
  readonly online: number;
  readonly paired: number;
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  /** Messages shown to the other side, and to the sender. */
  readonly shownToPeer: number;
  readonly shownToSender: number;
}

export interface GeneratorResults {
  readonly sides: SideRecord[];
  /** Encoded histograms, in microseconds, of the messages that were due in the measured interval. */
  readonly delivery: string;
  readonly acknowledgement: string;
  /** By how much sending was late: the generator's own part in the other two. */
  readonly lateness: string;
  /** What happened within the measured interval, whenever it was due. */
  readonly acceptedWithin: number;
  readonly deliveredWithin: number;
  /** Final refusals by code. */
  readonly refusedForGood: Record<string, number>;
  readonly wire: WireTotals;
  /** Share of the measured interval that this generator's event loop was busy. */
  readonly utilization: number;
}

export type GeneratorMessage =
  | { readonly type: 'answer'; readonly answer: Answers[Command['kind']] }
  | { readonly type: 'failed'; readonly sentence: string }
  | { readonly type: 'progress'; readonly progress: GeneratorProgress };
