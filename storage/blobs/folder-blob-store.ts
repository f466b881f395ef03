// Blobs as files below a folder that all workers share: `ab/cd/<group>/<name>`. A blob is written beside its place,
// synced, and renamed, so that a file under its own name is whole. Paths are made of checked ids only.
import { constants, createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isUuid } from '../../protocol/ids.ts';
import { BlobMissing, type BlobId, type BlobStore, type ByteRange } from './blob-store.ts';

const namePattern = /^[a-z0-9-]{1,80}$/;
const draftSuffix = '.draft';
const readChunkBytes = 128 * 1024;

export class FolderBlobStore implements BlobStore {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folder if need be; throws a sentence for the operator when it cannot be written. */
  static async open(root: string): Promise<FolderBlobStore> {
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new Error(`the folder for uploads cannot be written (${reason}); mend it or set SKEIN_BLOB_DIR`, {
        cause,
      });
    }
    return new FolderBlobStore(path.resolve(root));
  }

  async put(id: BlobId, content: Uint8Array): Promise<void> {
    const file = this.#fileOf(id);
    const folder = path.dirname(file);
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${file}${draftSuffix}`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } catch (error) {
      // A full disk gets back what the draft has taken of it.
      await rm(draft, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(folder);
    if (made !== undefined) await syncParents(folder, path.dirname(made));
  }

  async *read(id: BlobId, range?: ByteRange): AsyncIterable<Uint8Array> {
    const bounds = range ? { start: range.from, end: range.to } : {};
    const stream = createReadStream(this.#fileOf(id), { ...bounds, highWaterMark: readChunkBytes });
    try {
      for await (const chunk of stream) yield chunk as Uint8Array;
    } catch (error) {
      throw isAbsent(error) ? new BlobMissing(id) : error;
    } finally {
      stream.destroy();
    }
  }

  async sizeOf(id: BlobId): Promise<number | null> {
    try {
      return (await stat(this.#fileOf(id))).size;
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async delete(id: BlobId): Promise<void> {
    await rm(this.#fileOf(id), { force: true });
  }

  async deleteGroup(group: string, keep: readonly string[] = []): Promise<void> {
    const folder = this.#folderOf(group);
    if (keep.length === 0) return rm(folder, { recursive: true, force: true });
    for (const name of await namesIn(folder)) {
      if (!keep.includes(name)) await rm(path.join(folder, name), { force: true });
    }
  }

  #folderOf(group: string): string {
    if (!isUuid(group)) throw new Error('a group of blobs is named by a UUID');
    // The end of a UUID: the beginning of a version 7 one is the time, which would fill one folder after the other.
    return path.join(this.#root, group.slice(-4, -2), group.slice(-2), group);
  }

  #fileOf({ group, name }: BlobId): string {
    if (!namePattern.test(name)) throw new Error('a blob is named by lower-case letters, digits and hyphens');
    return path.join(this.#folderOf(group), name);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** The entries that lead to a new folder have to last as well. */
async function syncParents(folder: string, last: string): Promise<void> {
  for (let at = folder; at !== last;) {
    at = path.dirname(at);
    await syncFolder(at);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
