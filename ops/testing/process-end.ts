// The end of a test process, for what its files share. What runs several files in one process loads this before the first
// of them, so that its hook belongs to none.
import { after } from 'node:test';

const ends: (() => Promise<void>)[] = [];

after(async () => {
  for (const end of ends.toReversed()) await end();
});

/** Calls it after the last test of the last file; what was registered last is ended first. */
export function atProcessEnd(end: () => Promise<void>): void {
  ends.push(end);
}
