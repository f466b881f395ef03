// The shapes of a conversation's commands. `by` is in all but those that name nobody on purpose.
import { Type } from '@sinclair/typebox';
import { HistoryDirection } from '../../protocol/frames/history.ts';
import { Count, Seq, Text, Uuid } from '../../protocol/frames/fields.ts';
import { limits } from '../../protocol/limits.ts';
import { Role } from '../../protocol/events/conversation-event.ts';
import { neverSent, orNull, type Shapes } from '../runtime/shapes.ts';
import type { ConversationCommands } from './commands.ts';

const people = Type.Array(Uuid, { maxItems: 2 * limits.groupMembersMax });
const by = Uuid;
/** As much as a frame brings: the conversation itself says of a longer body that it is too large. */
const bodyText = Type.String({ maxLength: limits.frameBytesMax });
const profile = { name: Text, description: Text, avatarId: orNull(Uuid) };
const attachment = Type.Object({
  attachmentId: Uuid,
  name: Text,
  type: Text,
  bytes: Count,
  width: Count,
  height: Count,
});

export const conversationShapes: Shapes<ConversationCommands> = {
  open_direct: { by, peer: Uuid },
  create_group: { by, memberIds: people, askedIds: Type.Optional(people), ...profile },
  send: {
    by,
    key: Uuid,
    body: bodyText,
    prev: orNull(Uuid),
    replyTo: orNull(Seq),
    mentions: people,
    attachments: Type.Array(attachment, { maxItems: limits.attachmentsPerMessageMax }),
    keyIsNew: neverSent,
    prevIsUnknown: neverSent,
  },
  edit: { by, messageSeq: Seq, body: bodyText, mentions: people },
  delete_message: { by, messageSeq: Seq, asPlatformAdmin: Type.Boolean() },
  react: { by, messageSeq: Seq, emoji: Text, present: Type.Boolean() },
  add_members: { by, userIds: people },
  remove_member: { by, userId: Uuid },
  set_role: { by, userId: Uuid, role: Role },
  update_profile: { by, ...profile },
  delete_conversation: { by },
  set_invite: { by, codeHash: orNull(Text) },
  join: { by, codeHash: Text },
  invitation: { by, codeHash: Text },
  note_block: { userId: Uuid, blocked: Type.Boolean(), version: Seq },
  cursor: { by, deliveredSeq: Seq, readSeq: Seq },
  typing: { by, active: Type.Boolean() },
  subscribe: {
    by: orNull(Uuid),
    epoch: Seq,
    afterSeq: orNull(Seq),
    followers: Type.Optional(Type.Array(Uuid)),
    bytesMax: Type.Optional(Count),
  },
  history: {
    by: orNull(Uuid),
    direction: HistoryDirection,
    seq: Seq,
    limit: Type.Integer({ minimum: 1, maximum: limits.historyPageMax }),
  },
  check_member: { by, messageSeq: orNull(Seq) },
  describe: { by },
  members: { by },
  receipts: { by },
};
