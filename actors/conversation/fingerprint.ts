// Fingerprint of the content that a key was used for, in 53 bits: enough to notice that a key comes back with another message (FAULTS 28).

export interface Fingerprinted {
  readonly senderId: string;
  readonly body: string;
  readonly replyTo: number | null;
  readonly attachmentIds: readonly string[];
}

/** A fast non-cryptographic hash (cyrb53) of sender and content. Part of the stored layout: it never changes. */
export function fingerprintOf({ senderId, body, replyTo, attachmentIds }: Fingerprinted): number {
  const more = replyTo === null && attachmentIds.length === 0 ? '' : `\n${replyTo}\n${attachmentIds.join()}`;
  const text = `${senderId}\n${body}${more}`;
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
