// Messages between the drill and its crowds over the channel of child processes.
/** To a crowd. */
export type ToCrowd =
  | {
      readonly type: 'start';
      /** Begins the names of its people. */
      readonly name: string;
      readonly pairs: number;
      /** Messages a second. */
      readonly rate: number;
      readonly hosts: readonly string[];
      /** Where tokens are had. */
      readonly issuer: string;
    }
  /** The hosts that take connections now. */
  | { readonly type: 'hosts'; readonly hosts: readonly string[] }
  /** Measurements count for this phase until the next one begins. */
  | { readonly type: 'phase'; readonly name: string }
  /** Shards changed hands at this time, in ms since the epoch, by plan. */
  | { readonly type: 'moved'; readonly shards: readonly number[]; readonly atMs: number }
  | { readonly type: 'settle' };

export interface PhaseReport {
  readonly name: string;
  /** From a send to its acknowledgement, reconnects included, as a histogram's text. */
  readonly latency: string;
  readonly acknowledged: number;
  /** Sockets that closed, by close code. */
  readonly closes: Readonly<Record<string, number>>;
  /** Requests that were refused or failed, by code: none is expected. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface CrowdReport {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly delivered: number;
  readonly conversationIds: readonly string[];
  /** Broken promises, in words. */
  readonly violations: readonly string[];
  readonly phases: readonly PhaseReport[];
  /** How long messages took that were on their way while their shard changed hands by plan, in ms. */
  readonly pausesMs: readonly number[];
}

/** From a crowd. */
export type FromCrowd =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly acknowledged: number; readonly online: number }
  | { readonly type: 'settled'; readonly report: CrowdReport }
  | { readonly type: 'failed'; readonly reason: string };
