// The settings of a history run. A load that the server must refuse by its own limits would measure the refusals, so it
// is refused here.
import { limits } from '../../protocol/limits.ts';
import { BenchError } from '../bench-error.ts';
import { checkedCommon, requireRoom, type CommonFlags, type CommonOptions } from '../options.ts';

export interface HistorySettings {
  readonly conversations: number;
  /** In each conversation. */
  readonly messages: number;
  readonly bytes: number;
  /** Pages a second, of all readers together. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly generators: number;
}

export interface HistoryOptions extends HistorySettings, CommonOptions {}

/** Throws BenchError with what to change. */
export function checked(flags: HistorySettings & CommonFlags): HistoryOptions {
  const { conversations, messages, bytes, rate, seconds, warmup, generators } = flags;
  const readers = 2 * conversations;
  const rateMax = readers * limits.requestsPerSecond;
  if (rate > rateMax) {
    throw new BenchError(
      `--rate ${rate} is more than the ${readers} readers of ${conversations} conversations may ask for: each has ` +
        `${limits.requestsPerSecond} requests a second. Use at least ` +
        `--conversations ${Math.ceil(rate / limits.requestsPerSecond / 2)}.`,
    );
  }
  if (generators > conversations)
    throw new BenchError(`--generators must not be more than the ${conversations} conversations.`);
  requireRoom('--generators', generators, readers);
  const common = checkedCommon(flags, readers);
  return { conversations, messages, bytes, rate, seconds, warmup, generators, ...common };
}
