// A log for tests that are not about what is logged.
import type { Log } from '../ports.ts';

const nothing = (): void => undefined;

export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
