// A redis-server for programs that may not import anything of ops; fetches one where the machine has none.
import { printFound } from './print-found.ts';
import { findRedisServer } from './redis-binary.ts';

await printFound(() => findRedisServer({ explicit: process.env['SKEIN_REDIS_SERVER'] }));
