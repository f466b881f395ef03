// The settings of a chat run. A load that the server must refuse by its own limits would measure the refusals, so it is
// refused here.
import { limits } from '../../protocol/limits.ts';
import { BenchError } from '../bench-error.ts';
import { checkedCommon, requireRoom, type CommonFlags, type CommonOptions } from '../options.ts';

export interface ChatSettings {
  readonly connections: number;
  /** Messages a second, of all connections together. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly generators: number;
  readonly bytes: number;
  readonly receipts: boolean;
}

export interface BenchOptions extends ChatSettings, CommonOptions {}

/** Throws BenchError with what to change. */
export function checked(flags: ChatSettings & CommonFlags): BenchOptions {
  const { connections, rate, seconds, warmup, generators, bytes, receipts } = flags;
  const fail = (sentence: string): never => {
    throw new BenchError(sentence);
  };
  if (connections % 2 !== 0) fail(`--connections must be even, not ${connections}: people write in pairs.`);
  const rateMax = connections * limits.sendsPerSecond;
  if (rate > rateMax) {
    fail(
      `--rate ${rate} is more than ${connections} people may send: the server allows each of them ` +
        `${limits.sendsPerSecond} messages a second. Lower it to ${rateMax}, or use at least ` +
        `${2 * Math.ceil(rate / limits.sendsPerSecond / 2)} connections.`,
    );
  }
  if (bytes > limits.messageBodyBytesMax) fail(`--bytes may be ${limits.messageBodyBytesMax} at most.`);
  if (generators > connections) fail(`--generators must not be more than the ${connections} connections.`);
  requireRoom('--generators', generators, connections);
  const common = checkedCommon(flags, connections);
  return { connections, rate, seconds, warmup, generators, bytes, receipts, ...common };
}
