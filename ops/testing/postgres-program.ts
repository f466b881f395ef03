// A PostgreSQL of its own, for programs that may not import anything of ops.
import { startPostgres } from '../embedded/postgres.ts';
import { printRunning } from './print-running.ts';

await printRunning('postgres', startPostgres);
