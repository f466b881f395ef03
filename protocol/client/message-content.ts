// Content of a message, as applications hand it to the SDK and as the outbox keeps it.
import type { ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';

export interface MessageContent {
  readonly body: string;
  /** Sequence number of the message that this one answers. */
  readonly replyTo: number | null;
  /** User ids of people whom the message names. */
  readonly mentions: readonly string[];
  /** Ids of finished uploads. */
  readonly attachments: readonly string[];
}

/** Half of a surrogate pair, which an editor may leave, becomes U+FFFD: the server refuses it (protocol/validate.ts). */
export function contentOf(content: string | MessageContent): MessageContent {
  if (typeof content !== 'string') return { ...content, body: content.body.toWellFormed() };
  return { body: content.toWellFormed(), replyTo: null, mentions: [], attachments: [] };
}

export function sameContent(a: MessageContent, b: MessageContent): boolean {
  return (
    a.body === b.body &&
    a.replyTo === b.replyTo &&
    sameIds(a.mentions, b.mentions) &&
    sameIds(a.attachments, b.attachments)
  );
}

/**
 * Why a message cannot be sent whatever the server says, or null. A frame that is too large would end the socket, and
 * with it everything else that waits.
 */
export function contentFault({ body, mentions, attachments }: MessageContent): ErrorCode | null {
  // A UTF-16 unit takes at most three bytes: only long bodies need counting.
  const isLong = body.length * 3 > limits.messageBodyBytesMax;
  if (isLong && new TextEncoder().encode(body).length > limits.messageBodyBytesMax) return 'body_too_large';
  const isListed =
    mentions.length <= limits.mentionsPerMessageMax && attachments.length <= limits.attachmentsPerMessageMax;
  return isListed ? null : 'invalid_frame';
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}
