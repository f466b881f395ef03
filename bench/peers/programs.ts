// Programs of the set-ups that are not of this project, looked for and fetched before anything starts.
import { BenchError } from '../bench-error.ts';
import { findCentrifugo } from './centrifugo.ts';
import type { DialectName } from './dialects.ts';
import { findEjabberd } from './ejabberd.ts';
import { findRedis } from './redis.ts';

const finders: Partial<Record<DialectName, (env?: NodeJS.ProcessEnv) => Promise<unknown>>> = {
  socketIoBinary: findRedis,
  socketIoText: findRedis,
  ejabberd: findEjabberd,
  centrifugo: async (env) => {
    await findCentrifugo(env);
    await findRedis(env);
  },
};

export interface Available {
  readonly dialects: readonly DialectName[];
  /** Why others are not among them, and what to do. */
  readonly notes: readonly string[];
}

/** Throws BenchError when none of them can be had. */
export async function available(wanted: readonly DialectName[], env?: NodeJS.ProcessEnv): Promise<Available> {
  const dialects: DialectName[] = [];
  const notes: string[] = [];
  for (const dialect of wanted) {
    try {
      await finders[dialect]?.(env);
      dialects.push(dialect);
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      notes.push(`without ${dialect}: ${error.message}`);
    }
  }
  if (dialects.length === 0) throw new BenchError(notes.join('\n'));
  return { dialects, notes };
}
