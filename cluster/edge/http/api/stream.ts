// A long body, sent as fast as the reader takes it and no faster: one chunk is in memory at a time.
import type { Exchange } from './exchange.ts';

export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes that `content` will give, exactly; uWebSockets tells them as the content's length. */
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Resolves when everything is sent or the reader is gone. Throws for content that cannot be read; when a part of it has
 * left already, the connection is cut first, so that nobody takes the part for the whole.
 */
export async function stream(exchange: Exchange, answer: StreamedAnswer): Promise<void> {
  let drained: PromiseWithResolvers<void> | null = null;
  exchange.whenAborted(() => drained?.resolve());
  let sentBytes = 0;
  try {
    for await (const chunk of answer.content) {
      if (exchange.aborted) return;
      if (sentBytes === 0) exchange.begin(answer.status, answer.headers);
      sentBytes += chunk.byteLength;
      drained = Promise.withResolvers<void>();
      sendChunk(exchange, chunk, answer.bytes, drained.resolve);
      if (!exchange.aborted) await drained.promise;
    }
    if (sentBytes !== answer.bytes)
      throw new Error(`content of ${sentBytes} bytes instead of ${answer.bytes}`);
    exchange.sent();
  } catch (error) {
    if (sentBytes > 0) exchange.cutOff();
    throw error;
  }
}

function sendChunk(exchange: Exchange, chunk: Uint8Array, totalBytes: number, whenSent: () => void): void {
  exchange.write((response) => {
    const startedAt = response.getWriteOffset();
    const [ok] = response.tryEnd(chunk, totalBytes);
    if (ok) return whenSent();
    response.onWritable((offset) => {
      const [sent] = response.tryEnd(chunk.subarray(offset - startedAt), totalBytes);
      if (sent) whenSent();
      return sent;
    });
  });
}
