// The durable events of one user's session: what every device of theirs should know. They have their own gapless
// sequence, so that a device resumes them like a conversation.
import { Type, type Static } from '@sinclair/typebox';
import { inboxEventTypes } from './event-types.ts';
import { Seq, Text, TimeMs, Uuid } from '../frames/fields.ts';

/** [seq, atMs, 1, conversationId, seqInConversation, byUserId] */
export const ConversationAdded = Type.Tuple([
  Seq,
  TimeMs,
  Type.Literal(inboxEventTypes.conversationAdded),
  Uuid,
  Seq,
  Uuid,
]);
export type ConversationAdded = Static<typeof ConversationAdded>;

/** [seq, atMs, 2, deviceId, name, publicKey]: an X25519 key of 32 bytes (ACC-3). */
export const DeviceAdded = Type.Tuple([
  Seq,
  TimeMs,
  Type.Literal(inboxEventTypes.deviceAdded),
  Uuid,
  Text,
  Type.Uint8Array({ minByteLength: 32, maxByteLength: 32 }),
]);
export type DeviceAdded = Static<typeof DeviceAdded>;

export const InboxEvent = Type.Union([ConversationAdded, DeviceAdded]);
export type InboxEvent = Static<typeof InboxEvent>;
