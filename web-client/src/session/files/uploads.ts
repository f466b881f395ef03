// Files on their way into messages that are being written: outside of React, so that they go on while the person looks
// at another conversation. A connection that breaks pauses an upload; what has arrived at the server counts (MSG-7).
import { limits } from '../../../../protocol/limits.ts';
import type { TokenSource } from './server-files.ts';
import { sizeLabel } from './size-label.ts';
import { UploadTask, type UploadState } from './upload-task.ts';

export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  /** An address for an <img> when the file looks like a picture. */
  readonly preview: string | null;
  /** A video or a kind of picture that the server does not free of place and camera data. */
  readonly keepsMetadata: boolean;
  readonly state: UploadState;
}

/** At once; the others wait for their turn. */
const atOnceMax = 3;
const none: readonly Upload[] = [];

export class Uploads {
  readonly #token: TokenSource;
  readonly #listeners = new Set<() => void>();
  readonly #uploads = new Map<string, readonly Upload[]>();
  readonly #tasks = new Map<number, UploadTask>();
  #lastKey = 0;

  constructor(token: TokenSource) {
    this.#token = token;
    window.addEventListener('online', this.#resume);
    window.addEventListener('offline', this.#pause);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  of(conversationId: string): readonly Upload[] {
    return this.#uploads.get(conversationId) ?? none;
  }

  /** Begins to upload files; answers why some of them were not taken, or null. */
  add(conversationId: string, files: readonly File[]): string | null {
    const room = limits.attachmentsPerMessageMax - this.of(conversationId).length;
    for (const file of files.slice(0, room)) this.#begin(conversationId, file);
    this.#next();
    return files.length > room
      ? `A message can carry ${limits.attachmentsPerMessageMax} files. Send the others with another one.`
      : null;
  }

  remove(conversationId: string, key: number): void {
    const upload = this.of(conversationId).find((one) => one.key === key);
    if (!upload) return;
    this.#tasks.get(key)?.cancel();
    this.#forget(upload);
    this.#set(
      conversationId,
      this.of(conversationId).filter((one) => one !== upload),
    );
    this.#next();
  }

  retry(key: number): void {
    this.#tasks.get(key)?.retry();
    this.#next();
  }

  /** Takes them out, for a message that is sent now; `putBack` undoes it. */
  take(conversationId: string): readonly Upload[] {
    const taken = this.of(conversationId);
    this.#set(conversationId, none);
    return taken;
  }

  putBack(conversationId: string, taken: readonly Upload[]): void {
    this.#set(conversationId, [...taken, ...this.of(conversationId)]);
  }

  /** Those that were taken are in a message. */
  sent(taken: readonly Upload[]): void {
    for (const upload of taken) this.#forget(upload);
  }

  readonly #pause = (): void => {
    for (const task of this.#tasks.values()) task.pause();
  };

  /** The server can be reached again. */
  readonly #resume = (): void => {
    for (const task of this.#tasks.values()) task.resume();
  };

  connected(): void {
    this.#resume();
  }

  stop(): void {
    window.removeEventListener('online', this.#resume);
    window.removeEventListener('offline', this.#pause);
    for (const task of this.#tasks.values()) task.cancel();
    for (const upload of [...this.#uploads.values()].flat()) this.#forget(upload);
    this.#uploads.clear();
  }

  #begin(conversationId: string, file: File): void {
    const key = ++this.#lastKey;
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
    const task = new UploadTask(file, this.#token, (state) => this.#changed(conversationId, key, state));
    this.#tasks.set(key, task);
    const keepsMetadata = keepsMetadataOf(file);
    const upload = { key, name: file.name, bytes: file.size, preview, keepsMetadata, state: task.state };
    this.#set(conversationId, [...this.of(conversationId), upload]);
    const fault = faultOf(file);
    if (fault !== null) task.refuse(fault);
  }

  #changed(conversationId: string, key: number, state: UploadState): void {
    const uploads = this.of(conversationId);
    this.#set(
      conversationId,
      uploads.map((one) => (one.key === key ? { ...one, state } : one)),
    );
    if (state.name === 'ready' || state.name === 'failed') this.#next();
  }

  #next(): void {
    const tasks = [...this.#tasks.values()];
    let running = tasks.filter(({ state }) => state.name === 'uploading' || state.name === 'paused').length;
    for (const task of tasks) {
      if (running >= atOnceMax) return;
      if (task.state.name !== 'waiting') continue;
      task.start();
      running++;
    }
  }

  #forget({ key, preview }: Upload): void {
    this.#tasks.delete(key);
    if (preview !== null) URL.revokeObjectURL(preview);
  }

  #set(conversationId: string, uploads: readonly Upload[]): void {
    if (uploads.length > 0) this.#uploads.set(conversationId, uploads);
    else this.#uploads.delete(conversationId);
    for (const listener of this.#listeners) listener();
  }
}

/** Reason why the server would refuse the file, told before anything is sent. */
function faultOf({ size }: File): string | null {
  if (size === 0) return 'The file is empty.';
  return size > limits.attachmentBytesMax
    ? `A file may have at most ${sizeLabel(limits.attachmentBytesMax)}.`
    : null;
}

const cleanedTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'];

function keepsMetadataOf({ type }: File): boolean {
  return /^(image|video)\//.test(type) && !cleanedTypes.includes(type);
}
