// How long a message is, in the bytes that the limit counts.
import { limits } from '../../../../protocol/limits.ts';

const encoder = new TextEncoder();
const bytesMax = limits.messageBodyBytesMax;
/** The counter shows from here on; nobody needs it before. */
const nearFraction = 0.9;

export interface BodySize {
  readonly bytesLeft: number;
  readonly near: boolean;
  readonly over: boolean;
}

export function bodySize(body: string): BodySize {
  // A UTF-16 unit is three bytes of UTF-8 at most: short texts need no encoding.
  const bytes = body.length * 3 < bytesMax * nearFraction ? body.length : encoder.encode(body).length;
  return { bytesLeft: bytesMax - bytes, near: bytes >= bytesMax * nearFraction, over: bytes > bytesMax };
}

/** The text to send: typed text without the blank lines around it. */
export function trimBody(text: string): string {
  return text.replace(/^\s*\n/, '').trimEnd();
}
