// Ids that follow from what they are for: whoever asks gets the same one, without asking anybody else.
import { createHash } from 'node:crypto';

/** A version 8 UUID (RFC 9562) of a text. Part of the stored layout: it never changes. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The same for both, whoever asks, so that there is one actor and one conversation (DM-1). */
export function directConversationId(a: string, b: string): string {
  return uuidOf(`direct\n${[a, b].sort().join('\n')}`);
}

/** The same for every repeat of its creation. */
export function groupConversationId(creatorId: string, key: string): string {
  return uuidOf(`group\n${creatorId}\n${key}`);
}
