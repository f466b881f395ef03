// The shapes of a session's commands. The session is the user's own, so they name nobody else as the one who asks.
import { Type } from '@sinclair/typebox';
import { OneOf, Seq, Text, TimeMs, Uuid } from '../../protocol/frames/fields.ts';
import { GroupsFrom } from '../../protocol/frames/group-requests.ts';
import { limits } from '../../protocol/limits.ts';
import { neverSent, orNull, type Shapes } from '../runtime/shapes.ts';
import type { SessionCommands } from './commands.ts';

export const sessionShapes: Shapes<SessionCommands> = {
  note: {
    effect: OneOf(
      'conversation_added',
      'conversation_removed',
      'mentioned',
      'mention_ended',
      'mentions_read',
    ),
    conversationId: Uuid,
    seq: Seq,
    messageSeq: orNull(Seq),
    byUserId: Uuid,
    isNew: neverSent,
  },
  register_device: { deviceId: Uuid, name: Text, publicKey: Type.Uint8Array() },
  follow: { afterSeq: orNull(Seq) },
  mute: { conversationId: Uuid, untilMs: TimeMs },
  block: { userId: Uuid, blocked: Type.Boolean() },
  ask_block: { userId: Uuid },
  ask_add: { byUserId: Uuid },
  note_group_request: { conversationId: Uuid, byUserId: Uuid, name: Text },
  end_group_request: { conversationId: Uuid, accepted: Type.Boolean() },
  group_requests: {},
  set_groups_from: { groupsFrom: GroupsFrom },
  blocks: {},
  notifications: {
    beforeSeq: orNull(Seq),
    limit: Type.Integer({ minimum: 1, maximum: limits.notificationPageMax }),
  },
  mark_notifications: {
    upToSeq: Seq,
    seqs: Type.Array(Seq, { maxItems: limits.notificationPageMax }),
  },
};
