// The settings of an overload run.
import { limits } from '../../protocol/limits.ts';
import { BenchError } from '../bench-error.ts';
import { checkedCommon, requireRoom, type CommonFlags, type CommonOptions } from '../options.ts';

export interface OverloadSettings {
  readonly conversations: number;
  /** In each conversation. */
  readonly messages: number;
  readonly bytes: number;
  /** How many times what the server can do is asked of it. */
  readonly times: number;
  /** Of the overload. */
  readonly seconds: number;
  /** Of the load that the server can carry, before the overload and after it each. */
  readonly calm: number;
  readonly generators: number;
}

export interface OverloadOptions extends OverloadSettings, CommonOptions {}

const calmMin = 3;

/** Throws BenchError with what to change. */
export function checked(flags: OverloadSettings & CommonFlags): OverloadOptions {
  const { conversations, messages, bytes, times, seconds, calm, generators } = flags;
  if (calm < calmMin)
    throw new BenchError(`--calm must be at least ${calmMin}: it takes that long to see it is back.`);
  if (generators > conversations)
    throw new BenchError(`--generators must not be more than the ${conversations} conversations.`);
  const readers = 2 * conversations;
  requireRoom('--generators', generators, readers);
  return {
    ...{ conversations, messages, bytes, times, seconds, calm, generators },
    ...checkedCommon(flags, readers),
  };
}

/** Throws BenchError when the limits of the server would refuse what is to overload it. */
export function checkRate(rate: number, { conversations }: OverloadOptions): void {
  const most = 2 * conversations * limits.requestsPerSecond;
  if (rate <= most) return;
  throw new BenchError(
    `${Math.round(rate)} pages a second are more than ${2 * conversations} readers may ask for, who have ` +
      `${limits.requestsPerSecond} requests a second each. Use at least ` +
      `--conversations ${Math.ceil(rate / limits.requestsPerSecond / 2)}.`,
  );
}
