// One file on its way to the server: waits for its turn, goes up, pauses without a connection and goes on from what has
// arrived, and ends as ready to be sent or as refused, with the reason.
import { isRetryable } from '../../../../protocol/errors.ts';
import { authorizedFetch, FileError, type TokenSource } from './server-files.ts';
import { announce, offsetOf, sendFrom, uploadIdOf } from './upload.ts';

export type UploadState =
  | { readonly name: 'waiting' }
  /** part: from 0 to 1; at 1 the server looks into the content. */
  | { readonly name: 'uploading'; readonly part: number }
  /** Until there is a connection. */
  | { readonly name: 'paused'; readonly part: number }
  | { readonly name: 'ready'; readonly id: string }
  | { readonly name: 'failed'; readonly reason: string; readonly retryable: boolean };

/** Without news of a connection it tries again after this long. */
const retryAfterMs = 4_000;

export class UploadTask {
  readonly #file: File;
  readonly #token: TokenSource;
  readonly #changed: (state: UploadState) => void;
  #state: UploadState = { name: 'waiting' };
  #stop = new AbortController();
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Where the server takes the content; null until it was announced. */
  #url: string | null = null;

  constructor(file: File, token: TokenSource, changed: (state: UploadState) => void) {
    this.#file = file;
    this.#token = token;
    this.#changed = changed;
  }

  get state(): UploadState {
    return this.#state;
  }

  start(): void {
    clearTimeout(this.#retry);
    const part = this.#state.name === 'paused' ? this.#state.part : 0;
    this.#stop = new AbortController();
    this.#become({ name: 'uploading', part });
    void this.#run(this.#stop.signal);
  }

  /** The connection is gone, which a request that is under way may not notice for long. */
  pause(): void {
    if (this.#state.name !== 'uploading') return;
    this.#stop.abort(new DOMException('Offline.', 'AbortError'));
    this.#wait();
  }

  /** There may be a connection again. */
  resume(): void {
    if (this.#state.name === 'paused') this.start();
  }

  /** The person wants it once more after a failure. */
  retry(): void {
    if (this.#state.name === 'failed' && this.#state.retryable) this.#become({ name: 'waiting' });
  }

  refuse(reason: string): void {
    this.#become({ name: 'failed', reason, retryable: false });
  }

  /** It is not wanted any more; the server forgets it by itself if it does not hear of that. */
  cancel(): void {
    clearTimeout(this.#retry);
    this.#stop.abort(new DOMException('Not wanted any more.', 'AbortError'));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const options = {
      token: this.#token,
      signal,
      onProgress: (part: number) => {
        if (!signal.aborted) this.#become({ name: 'uploading', part });
      },
    };
    try {
      const begun = this.#url !== null;
      this.#url ??= await announce(this.#file, options);
      const offset = begun ? await offsetOf(this.#url, options) : 0;
      if (offset < this.#file.size) await sendFrom(this.#url, this.#file, offset, options);
      // The answer that told its outcome was lost: ask for it.
      else await authorizedFetch(this.#token, this.#url, { signal });
      if (!signal.aborted) this.#become({ name: 'ready', id: uploadIdOf(this.#url) });
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const refused = error instanceof FileError && error.status < 500 ? error : null;
    // Gone, or never there: it is announced anew.
    if (refused?.status === 404) this.#url = null;
    if (!refused || refused.status === 404 || refused.status === 409) return this.#wait();
    const retryable = isRetryable(refused.code) || refused.code === 'upload_quota_exceeded';
    this.#become({ name: 'failed', reason: refused.message, retryable });
  }

  #wait(): void {
    const part = this.#state.name === 'uploading' ? this.#state.part : 0;
    this.#become({ name: 'paused', part });
    this.#retry = setTimeout(() => this.resume(), retryAfterMs);
  }

  #become(state: UploadState): void {
    this.#state = state;
    this.#changed(state);
  }
}
