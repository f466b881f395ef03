// Prints where a redis-server is and what it needs in its environment, as JSON, for programs that may not import
// anything of ops; fetches one where the machine has none. Ends with 1 and a sentence where none can be had.
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { findRedisServer } from './redis-binary.ts';

try {
  console.log(JSON.stringify(await findRedisServer({ explicit: process.env['SKEIN_REDIS_SERVER'] })));
} catch (error) {
  if (!(error instanceof EmbeddedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
