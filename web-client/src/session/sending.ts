// Actions on messages on their way out. The SDK's outbox keeps and sends them; their later states come
// back as actions (arrivals.ts).
import {
  RequestError,
  type IndexedDbOutboxStore,
  type MessageContent,
  type SkeinClient,
} from '../../../protocol/client/index.ts';
import type { Message as ShownMessage } from '../store/message.ts';

/** As it was shown. */
type Message = Pick<ShownMessage, 'key' | 'body' | 'replyTo' | 'mentions' | 'attachments'>;

export class Sending {
  readonly #client: SkeinClient;
  readonly #outboxStore: IndexedDbOutboxStore;

  constructor(client: SkeinClient, outboxStore: IndexedDbOutboxStore) {
    this.#client = client;
    this.#outboxStore = outboxStore;
  }

  /** Answers why the message was not taken, or null once it is kept on this device and will be sent (OFF-1). */
  async send(conversationId: string, content: MessageContent): Promise<string | null> {
    try {
      await this.#client.enqueue(conversationId, content);
      return null;
    } catch (error) {
      return error instanceof RequestError ? error.message : 'It could not be sent.';
    }
  }

  /** Of this person, and lost by the server: under its key, so that two devices send it once. */
  async sendAgain(
    conversationId: string,
    { key, body, replyTo, mentions, attachments }: Message,
  ): Promise<boolean> {
    const content = {
      body,
      replyTo,
      mentions,
      attachments: attachments.map(({ attachmentId }) => attachmentId),
    };
    return this.#client.enqueue(conversationId, content, key).then(
      () => true,
      () => false,
    );
  }

  /** After whatever was written since; when the device cannot keep it, it stays as it is. */
  retry(key: string): void {
    this.#client.retry(key).catch(() => undefined);
  }

  discard(key: string): void {
    this.#client.discard(key).catch(() => undefined);
  }

  /** Signing out: what was not sent is not for the next person at this browser. */
  discardAll(): Promise<void> {
    return this.#outboxStore.clear();
  }

  /** Leaves what waits to the person's other tabs, if there are any. */
  stop(): void {
    this.#outboxStore.close();
  }
}
