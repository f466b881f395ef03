// The user's own stream: registering a device, and following the inbox on all of them.
import { Type, type Static } from '@sinclair/typebox';
import { InboxEvent } from '../events/inbox-event.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { Nullable, RequestId, Seq, Uuid } from './fields.ts';

/** [registerDevice, requestId, deviceId, name, publicKey]; answered by done; a repeat changes nothing (ACC-3). */
export const RegisterDevice = Type.Tuple([
  Type.Literal(opcodes.registerDevice),
  RequestId,
  Uuid,
  Type.String({ minLength: 1, maxLength: limits.deviceNameLengthMax }),
  Type.Uint8Array({ minByteLength: 32, maxByteLength: 32 }),
]);
export type RegisterDevice = Static<typeof RegisterDevice>;

/** [inbox, requestId, afterSeq | null]: follow from here; null: only what comes from now on. */
export const FollowInbox = Type.Tuple([Type.Literal(opcodes.inbox), RequestId, Nullable(Seq)]);
export type FollowInbox = Static<typeof FollowInbox>;

/** [inboxPage, requestId, events, headSeq, more]: more: ask again after the last one. */
export const InboxPage = Type.Tuple([
  Type.Literal(opcodes.inboxPage),
  RequestId,
  Type.Array(InboxEvent),
  Seq,
  Type.Boolean(),
]);
export type InboxPage = Static<typeof InboxPage>;
