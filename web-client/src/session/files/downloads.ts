// Files of messages, from the server to this person: whole ones for looking at or saving, fetched with the token.
import { authorizedFetch, type TokenSource } from './server-files.ts';

export class Downloads {
  readonly #token: TokenSource;

  constructor(token: TokenSource) {
    this.#token = token;
  }

  async whole(conversationId: string, attachmentId: string, signal?: AbortSignal): Promise<Blob> {
    const path = `/v1/conversations/${conversationId}/attachments/${attachmentId}`;
    const response = await authorizedFetch(this.#token, path, signal ? { signal } : {});
    return response.blob();
  }

  /** Hands the file to the browser's downloads. */
  async save(conversationId: string, attachmentId: string, name: string): Promise<void> {
    const url = URL.createObjectURL(await this.whole(conversationId, attachmentId));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser has taken the content up by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}
