// Requests of the parent to its generators, and their answers. One request at a time for each generator, over the
// channel of `fork`; progress comes unasked.
import type { WireTotals } from '../wire/wire-totals.ts';
import type { Layout } from './layout.ts';
import type { ConversationRecord, HistoryRecord } from '../verify/record.ts';
import type { TalkerKind } from './talker.ts';

export interface GeneratorSettings {
  readonly run: string;
  /** The server's WebSocket. */
  readonly url: string;
  readonly issuer: string;
  readonly layout: Layout;
  readonly seed: number;
  /** People of the whole run; those whose number leaves `generator` when divided by `generators` live here. */
  readonly people: number;
  readonly generator: number;
  readonly generators: number;
  readonly connectsInFlightMax: number;
  /** Of this generator. */
  readonly connectsPerSecondMax: number;
  /** Local addresses to connect from, in turn; empty: the system chooses. */
  readonly localAddresses: readonly string[];
  readonly clients: TalkerKind;
  readonly receipts: boolean;
  readonly bodyBytes: number;
  /** Messages a second, all generators together. */
  readonly rate: number;
  /** This generator's messages that may be under way in place of a rate; null: the rate holds. */
  readonly window: number | null;
  /** Reactions a second, all generators together. */
  readonly reactionRate: number;
  /** Warm-up and measured interval together. */
  readonly seconds: number;
  /** The first of them, in which the rate rises to the whole. */
  readonly rampSeconds: number;
}

/** Moments of the run, in microseconds of the clock that all processes share. */
export interface RunTimes {
  readonly startUs: number;
  readonly measuredFromUs: number;
  readonly measuredUntilUs: number;
  /** When everyone loses their socket; null: never. */
  readonly cutAtUs: number | null;
}

export type Command =
  | { readonly kind: 'connect'; readonly settings: GeneratorSettings }
  | { readonly kind: 'open'; readonly userIds: readonly string[] }
  | { readonly kind: 'follow'; readonly conversationIds: readonly string[] }
  | { readonly kind: 'send'; readonly times: RunTimes }
  | { readonly kind: 'results' }
  | { readonly kind: 'readHistories'; readonly conversations: readonly number[] };

export interface Answers {
  /** User ids of this generator's people, in the order of their numbers. */
  connect: string[];
  /** [conversation, id]; whoever opened it says so, both sides of a direct one. */
  open: [conversation: number, id: string][];
  /** Comes when every subscription stands. */
  follow: null;
  /** Comes when the last message has been sent. */
  send: null;
  results: GeneratorResults;
  readHistories: HistoryRecord[];
}

export interface GeneratorProgress {
  readonly online: number;
  /** Conversations that were opened; a direct one by both sides. */
  readonly opened: number;
  /** Places in conversations whose subscriptions stand. */
  readonly following: number;
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  /** Times that an acknowledged message is to be shown to someone else than its writer. */
  readonly toDeliver: number;
  readonly delivered: number;
  readonly shownToWriter: number;
  readonly reacted: number;
  readonly reactionsSettled: number;
  /** People who were cut off and are not back. */
  readonly away: number;
}

export interface GeneratorResults {
  readonly records: ConversationRecord[];
  /** Encoded histograms, in microseconds, of the messages that were due in the measured interval. */
  readonly delivery: string;
  readonly acknowledgement: string;
  /** By how much sending was late: the generator's own part in the other two. */
  readonly lateness: string;
  /** From a reaction's due time to its acknowledgement, and to others. */
  readonly reactionAcknowledgement: string;
  readonly reactionDelivery: string;
  /** From being cut off to being online with every subscription standing, of everyone who came back. */
  readonly comingBack: string;
  /** Deliveries by the whole second of the measured interval in which they were due, one encoded histogram each. */
  readonly deliveryBySecond: string[];
  /** Acknowledgements in each whole second of the measured interval, whenever it was due. */
  readonly acceptedBySecond: number[];
  readonly deliveredBySecond: number[];
  /** Final refusals by code, of messages and of reactions. */
  readonly refusedForGood: Record<string, number>;
  readonly wire: WireTotals;
  /** Share of the measured interval that this generator's event loop was busy. */
  readonly utilization: number;
}

export type GeneratorMessage =
  | { readonly type: 'answer'; readonly answer: Answers[Command['kind']] }
  | { readonly type: 'failed'; readonly sentence: string }
  | { readonly type: 'progress'; readonly progress: GeneratorProgress };
