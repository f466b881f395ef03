// The outbox in a folder, for programs on Node: one file for each message, so that there is no file that has to be
// rewritten and none that several processes append to.
//
// A file is written under a temporary name, flushed, renamed, and the folder flushed; only then is the message kept.
// Whoever is killed in between leaves a temporary file, of a message that nobody was told is kept; it is no message and
// is cleared away. So a message survives kill -9 and, with a disk that keeps its word, a power cut. A removal is not
// flushed: a message that comes back is sent again under its key, which does no harm (MSG-4).
//
// Names begin with a number that counts up: it is the order. Processes that share a folder send each other's messages
// as well as their own, each only what it found at its start; the server stores each of them once.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { OutboxStore, QueuedMessage } from '../outbox-store/outbox-store.ts';

interface PendingPut {
  readonly message: QueuedMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface StoredFile {
  readonly name: string;
  readonly message: QueuedMessage;
}

/** Files written at once; one flush of the folder serves all of them. */
const batchMax = 32;
/** A temporary file may be another process's, being written just now. */
const temporaryAgeMsMax = 60_000;
const messageSuffix = '.message.json';
const temporarySuffix = '.tmp';
const damagedSuffix = '.damaged';

export class FileOutboxStore implements OutboxStore {
  readonly #folder: string;
  readonly #names = new Map<string, string>();
  #position = 0;
  #pending: PendingPut[] = [];
  #writing = false;

  /** @param folder made when it is not there; one user's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(): Promise<readonly QueuedMessage[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.#folder)).sort();
    const latest = new Map<string, StoredFile>();
    for (const name of names) {
      if (name.endsWith(temporarySuffix)) await this.#clearTemporary(name);
      if (!name.endsWith(messageSuffix)) continue;
      this.#position = Math.max(this.#position, Number.parseInt(name, 10));
      const message = await this.#read(name);
      if (!message) continue;
      // Killed between writing a message anew and removing its old file: the later one counts.
      const older = latest.get(message.key);
      if (older) await this.#unlink(older.name);
      latest.delete(message.key);
      latest.set(message.key, { name, message });
    }
    for (const [key, { name }] of latest) this.#names.set(key, name);
    return [...latest.values()].map(({ message }) => message);
  }

  put(message: QueuedMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ message, resolve, reject });
      if (!this.#writing) void this.#write();
    });
  }

  async remove(key: string): Promise<void> {
    const name = this.#names.get(key);
    if (name === undefined) return;
    await this.#unlink(name);
    if (this.#names.get(key) === name) this.#names.delete(key);
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#pending.length > 0) await this.#writeBatch(this.#pending.splice(0, batchMax));
    this.#writing = false;
  }

  async #writeBatch(batch: readonly PendingPut[]): Promise<void> {
    const written = await Promise.allSettled(batch.map(({ message }) => this.#create(message)));
    const flushed = await flushFolder(this.#folder).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    for (const [at, { message, resolve, reject }] of batch.entries()) {
      const file = written[at]!;
      if (file.status === 'rejected') reject(file.reason);
      else if (flushed) {
        // The caller hears that it is not kept and may write it anew: it must not come back.
        await this.#unlink(file.value).catch(() => undefined);
        reject(flushed.error);
      } else {
        await this.#replace(message.key, file.value);
        resolve();
      }
    }
  }

  /** Answers the name of the message's file, which is not certain to last before the folder is flushed. */
  async #create(message: QueuedMessage): Promise<string> {
    const number = String(++this.#position).padStart(12, '0');
    const name = `${number}-${randomUUID()}${messageSuffix}`;
    const temporary = path.join(this.#folder, name + temporarySuffix);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(message));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path.join(this.#folder, name));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    return name;
  }

  async #replace(key: string, name: string): Promise<void> {
    const before = this.#names.get(key);
    this.#names.set(key, name);
    // Two files of one message do no harm.
    if (before !== undefined) await this.#unlink(before).catch(() => undefined);
  }

  /** Null when the file is gone, or is none of ours; the latter is set aside, with a warning, and never deleted. */
  async #read(name: string): Promise<QueuedMessage | null> {
    const file = path.join(this.#folder, name);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null; // another process has sent it
      throw error;
    }
    const message = parse(text);
    if (message) return message;
    await rename(file, file + damagedSuffix);
    process.emitWarning(`A queued message is damaged and was set aside: ${file}${damagedSuffix}`);
    return null;
  }

  async #clearTemporary(name: string): Promise<void> {
    const found = await stat(path.join(this.#folder, name)).catch(() => null);
    if (found && Date.now() - found.mtimeMs > temporaryAgeMsMax) await this.#unlink(name);
  }

  async #unlink(name: string): Promise<void> {
    try {
      await unlink(path.join(this.#folder, name));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parse(text: string): QueuedMessage | null {
  try {
    const value = JSON.parse(text) as Partial<QueuedMessage> | null;
    const isMessage =
      typeof value?.key === 'string' &&
      typeof value.conversationId === 'string' &&
      typeof value.content?.body === 'string';
    return isMessage ? (value as QueuedMessage) : null;
  } catch {
    return null;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
