// Pictures that only members may see: fetched with the token and kept as blob: addresses, the latest so many of them.
import { authorizedFetch, type TokenSource } from './server-files.ts';

const keptMax = 150;

export class Pictures {
  readonly #token: TokenSource;
  readonly #kept = new Map<string, Promise<string>>();

  constructor(token: TokenSource) {
    this.#token = token;
  }

  /** The small version of a conversation's picture, as an address for an <img>. */
  preview(conversationId: string, attachmentId: string): Promise<string> {
    const path = `/v1/conversations/${conversationId}/attachments/${attachmentId}/preview`;
    const known = this.#kept.get(path);
    if (known) {
      this.#kept.delete(path);
      this.#kept.set(path, known);
      return known;
    }
    const asked = this.#fetch(path);
    this.#kept.set(path, asked);
    asked.catch(() => this.#kept.delete(path));
    if (this.#kept.size > keptMax) this.#forget(this.#kept.keys().next().value!);
    return asked;
  }

  stop(): void {
    for (const path of [...this.#kept.keys()]) this.#forget(path);
  }

  async #fetch(path: string): Promise<string> {
    const response = await authorizedFetch(this.#token, path);
    return URL.createObjectURL(await response.blob());
  }

  #forget(path: string): void {
    this.#kept.get(path)?.then(URL.revokeObjectURL, () => undefined);
    this.#kept.delete(path);
  }
}
