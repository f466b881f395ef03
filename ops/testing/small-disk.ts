// A disk of a few hundred megabytes for tests that fill it: a tmpfs of its own, in a namespace of its own where the test
// is not root. Some machines allow neither; their tests say so.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const chunk = Buffer.alloc(64 * 1024, 'x');
const pageBytes = 4096;

export class SmallDisk {
  /** Its root folder. */
  readonly folder: string;
  readonly #mountPoint: string;
  readonly #holder: ChildProcess;

  private constructor(folder: string, mountPoint: string, holder: ChildProcess) {
    this.folder = folder;
    this.#mountPoint = mountPoint;
    this.#holder = holder;
  }

  /** Null where this machine lets us have none. */
  static async open(bytes: number): Promise<SmallDisk | null> {
    const mountPoint = mkdtempSync(path.join(os.tmpdir(), 'skein-disk-'));
    const isRoot = process.getuid?.() === 0;
    // It ends with the pipe, whatever becomes of this process.
    const script = `mount -t tmpfs -o size=${bytes},mode=755 skein "$1" && echo mounted && { read word; umount -l "$1"; }`;
    const shell = ['sh', '-c', script, 'sh', mountPoint];
    const [program, ...args] = isRoot ? shell : ['unshare', '--user', '--map-root-user', '--mount', ...shell];
    const holder = spawn(program!, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    const isMounted = await new Promise<boolean>((resolve) => {
      holder.once('error', () => resolve(false));
      holder.once('exit', () => resolve(false));
      holder.stdout.once('data', () => resolve(true));
    });
    if (!isMounted) {
      rmSync(mountPoint, { recursive: true, force: true });
      return null;
    }
    // A mount of another namespace is reached through the process that lives in it.
    const folder = isRoot ? mountPoint : `/proc/${holder.pid}/root${mountPoint}`;
    return new SmallDisk(folder, mountPoint, holder);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Fills it with a file of this name until so many bytes are free, or a little fewer. */
  fillTo(freeBytes: number, name = 'ballast'): void {
    const file = openSync(path.join(this.folder, name), 'a');
    try {
      for (;;) {
        const more = this.freeBytes - freeBytes;
        if (more <= 0) return;
        writeSync(file, chunk, 0, Math.min(chunk.length, Math.ceil(more / pageBytes) * pageBytes));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Takes what `fillTo` put there off it. */
  free(name = 'ballast'): void {
    rmSync(path.join(this.folder, name), { force: true });
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#holder.once('exit', () => resolve()));
    this.#holder.stdin?.end('done\n');
    await ended;
    rmSync(this.#mountPoint, { recursive: true, force: true });
  }
}
