// The process's log: JSON on standard output. An error is reduced to what cannot carry what a person typed; PostgreSQL
// repeats the failing row in fields of its own, which are left out.
import { pino } from 'pino';
import type { Log } from '../../actors/runtime/ports.ts';

export function createLog(level: string): Log & { fatal(fields: object, message: string): void } {
  return pino({ name: 'identity', level, serializers: { error: describe } });
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error ? error.code : undefined;
  return { type: error.name, code, message: error.message, stack: error.stack };
}
