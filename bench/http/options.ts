// The settings of an HTTP run.
import { limits } from '../../protocol/limits.ts';
import { BenchError } from '../bench-error.ts';
import { checkedCommon, type CommonFlags, type CommonOptions } from '../options.ts';
import { endpointNames, type EndpointName } from './endpoints.ts';

export interface HttpSettings {
  /** Kept open, each with one request under way. */
  readonly connections: number;
  /** Number of people whose tokens are used in turn. */
  readonly people: number;
  /** In each conversation of two people. */
  readonly messages: number;
  /** For each endpoint. */
  readonly seconds: number;
  readonly warmup: number;
  readonly endpoints: readonly EndpointName[];
}

export interface HttpFlags extends Omit<HttpSettings, 'endpoints'>, CommonFlags {
  readonly endpoints: string;
}

export interface HttpOptions extends HttpSettings, CommonOptions {}

/** Throws BenchError with what to change. */
export function checked(flags: HttpFlags): HttpOptions {
  const { connections, people, messages, seconds, warmup } = flags;
  if (people % 2 !== 0)
    throw new BenchError(`--people ${people} cannot stand in pairs: give an even number.`);
  if (connections > people * limits.requestsBurst)
    throw new BenchError(
      `--connections ${connections} are more than ${people} people may have. Raise --people.`,
    );
  const names = flags.endpoints.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !endpointNames.includes(name as EndpointName));
  if (unknown !== undefined)
    throw new BenchError(`--endpoints names ${unknown}; there are ${endpointNames.join(', ')}.`);
  const common = checkedCommon(flags, people);
  return { connections, people, messages, seconds, warmup, endpoints: names as EndpointName[], ...common };
}
