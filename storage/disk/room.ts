// Watches how much room is left on the disks that take what is written here. Storage that is filled to the last byte fails
// in its own ways, PostgreSQL by ending; so writing is refused while there is room for what has to be written all the
// same: journals into PostgreSQL, and the renewals of who is alive. Reading goes on.
import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Cancel, Log, Timers } from '../../actors/runtime/ports.ts';

export interface DiskRoomOptions {
  /** Folders on the disks to be watched; one that is missing stands for the nearest folder above it. */
  readonly folders: readonly string[];
  /** Free bytes below which what would be stored is refused. */
  readonly freeBytesMin: number;
  /** Free bytes below which operators are warned. */
  readonly freeBytesWarn: number;
  readonly timers: Timers;
  readonly log: Log;
}

/** A disk with how much of it is free for programs that are not root's. */
export interface Disk {
  readonly folder: string;
  readonly freeBytes: number;
  readonly bytes: number;
}

const lookEveryMs = 500;
/** A full disk counts as full until there is this much more room than it lacked, so that it does not come and go. */
const leaveAtPart = 1.1;

export class DiskRoom {
  readonly #options: DiskRoomOptions;
  #tightest: Disk | null = null;
  #full = false;
  #looking = false;
  #cancel: Cancel = () => undefined;

  constructor(options: DiskRoomOptions) {
    this.#options = options;
  }

  /** True while what would be stored is to be refused. */
  get isFull(): boolean {
    return this.#full;
  }
  /** True before that: time to make room. */
  get isLow(): boolean {
    return this.freeBytes < this.#options.freeBytesWarn;
  }
  /** On the disk that has least; endless until the first look. */
  get freeBytes(): number {
    return this.#tightest?.freeBytes ?? Number.POSITIVE_INFINITY;
  }
  get freeBytesMin(): number {
    return this.#options.freeBytesMin;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    this.#cancel = this.#options.timers.setInterval(() => void this.#look(), lookEveryMs);
    await this.#look();
  }

  stop(): void {
    this.#cancel();
  }

  /** One look at a time: a disk that hangs is not asked again. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const disks = await disksOf(this.#options.folders);
      this.#judge(disks.reduce((least, disk) => (disk.freeBytes < least.freeBytes ? disk : least)));
    } catch (error) {
      this.#options.log.debug({ reason: String(error) }, 'the room on a disk cannot be read');
    } finally {
      this.#looking = false;
    }
  }

  #judge(tightest: Disk): void {
    const { freeBytesMin, log } = this.#options;
    const wasFull = this.#full;
    const wasLow = this.isLow;
    this.#tightest = tightest;
    this.#full = tightest.freeBytes < freeBytesMin * (wasFull ? leaveAtPart : 1);
    const fields = { folder: tightest.folder, freeBytes: tightest.freeBytes, freeBytesMin };
    if (this.#full && !wasFull)
      log.error(fields, 'a disk is full: nothing more is stored until there is room');
    else if (!this.#full && wasFull) log.warn(fields, 'there is room on the disk again: storing goes on');
    else if (this.isLow && !wasLow) log.warn(fields, 'a disk is nearly full');
  }
}

/** The disks of these folders, each as often as it is named. */
export async function disksOf(folders: readonly string[]): Promise<Disk[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const { bavail, blocks, bsize } = await statfsAbove(folder);
      return { folder, freeBytes: bavail * bsize, bytes: blocks * bsize };
    }),
  );
}

async function statfsAbove(folder: string): Promise<StatsFs> {
  try {
    return await statfs(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    return statfsAbove(above);
  }
}
