// Room on the disks of an instance. Nothing that fails for want of it counts as a failed start: it is tried again when
// there is room.
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { disksOf, type Disk } from '../../storage/disk/room.ts';

/** PostgreSQL, NATS and a worker each need some to come up: write-ahead log, an index, the head of a journal. */
const roomToStartBytes = 48 * 1024 ** 2;
const lookEveryMs = 1_000;

/** Folders of the state folder whose disks the parts need. */
export function diskFoldersOf(stateDir: string): string[] {
  return [stateDir, ...['nats', 'postgres', 'logs'].map((part) => path.join(stateDir, part))];
}

export interface RoomWait {
  readonly folders: readonly string[];
  /** Takes one line when it has to wait. */
  readonly note: (line: string) => void;
  readonly isOver: () => boolean;
}

/** Resolves when the parts have room to start, or it is over; true when there was none at first. */
export async function untilRoom({ folders, note, isOver }: RoomWait): Promise<boolean> {
  let hasWaited = false;
  for (;;) {
    const tight = await tightDisk(folders);
    if (!tight || isOver()) return hasWaited;
    if (!hasWaited)
      note(
        `The disk of ${tight.folder} is full: waiting until ${formatMiB(roomToStartBytes)} of it are free.`,
      );
    hasWaited = true;
    await delay(lookEveryMs);
  }
}

async function tightDisk(folders: readonly string[]): Promise<Disk | undefined> {
  const disks = await disksOf(folders).catch(() => []);
  return disks.find(({ freeBytes }) => freeBytes < roomToStartBytes);
}

function formatMiB(bytes: number): string {
  return `${bytes / 1024 ** 2} MiB`;
}
