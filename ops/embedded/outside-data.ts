// PostgreSQL's data outside of the state folder. Started as root, PostgreSQL runs as a user that may not reach every
// folder; then its data lies below /var/lib/skein, and a link in the state folder leads there. Whoever deletes the state
// folder deletes the link alone, so each such folder says whose it is: those that a test left behind are deleted by the
// next start, and of others it is said that they are there. They may hold what somebody wants: the state folder's disk may
// just not be mounted.
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { processesIn } from './process-tree.ts';

export const outsideRoot = '/var/lib/skein';
const ownerFile = 'state-folder';

/** Makes a folder outside and the link `home` to it. */
export function makeOutside(home: string, root: string = outsideRoot): void {
  const outside = path.join(root, `postgres-${randomBytes(4).toString('hex')}`);
  mkdirSync(outside, { recursive: true, mode: 0o711 });
  symlinkSync(outside, home);
  // Says whose it is only now that there is the link: another start may be looking.
  claimOutside(path.dirname(home));
}

/** The folder outside that the state folder's data lies in; null when it lies inside, or there is none. */
export function outsideOf(stateDir: string): string | null {
  try {
    return readlinkSync(path.join(stateDir, 'postgres'));
  } catch {
    return null;
  }
}

/** Says that the folder outside belongs to this state folder, which may have been moved. */
export function claimOutside(stateDir: string): void {
  const outside = outsideOf(stateDir);
  if (outside !== null) writeFileSync(path.join(outside, ownerFile), path.resolve(stateDir), { mode: 0o600 });
}

/** Folders that one sentence names. */
const shownOrphansMax = 3;

/** Deletes what tests left, and tells of the other folders whose state folder is gone. */
export function sweepOutside(say: (sentence: string) => void, root: string = outsideRoot): void {
  const orphans: string[] = [];
  for (const name of namesIn(root)) {
    const outside = path.join(root, name);
    const stateDir = readText(path.join(outside, ownerFile));
    if (stateDir === null || outsideOf(stateDir) === outside) continue;
    if (processesIn(path.join(outside, 'data')).length > 0) continue;
    if (isOfTest(stateDir)) rmSync(outside, { recursive: true, force: true });
    else orphans.push(`${name} of ${stateDir}`);
  }
  if (orphans.length === 0) return;
  const shown = orphans.slice(0, shownOrphansMax).join(', ');
  const more = orphans.length > shownOrphansMax ? ` and ${orphans.length - shownOrphansMax} more` : '';
  say(
    `${root} still has data of state folders that are gone (${shown}${more}): ` +
      'delete what nobody needs of it',
  );
}

/** In a folder that `mkdtemp` made for us. */
function isOfTest(stateDir: string): boolean {
  const [first] = path.relative(os.tmpdir(), stateDir).split(path.sep);
  return /^skein-\w+-\w{6}$/.test(first!);
}

/** Deletes a state folder and all that belongs to it, or a folder with state folders in it. */
export function removeStateFolder(folder: string): void {
  const inside = namesIn(folder).map((name) => path.join(folder, name));
  for (const stateDir of [folder, ...inside]) {
    const outside = outsideOf(stateDir);
    if (outside?.startsWith(`${outsideRoot}${path.sep}`)) rmSync(outside, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

function namesIn(folder: string): string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
