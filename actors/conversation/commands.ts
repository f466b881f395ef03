// What can be asked of a conversation. The gateway has checked shapes and the user's identity; `by` is that user.
import type { Attachment, ConversationKind, Role } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';

export interface OpenDirect {
  readonly type: 'open_direct';
  readonly by: string;
  readonly peer: string;
}

export interface CreateGroup {
  readonly type: 'create_group';
  readonly by: string;
  /** The others. */
  readonly memberIds: readonly string[];
  readonly name: string;
  readonly description: string;
  readonly avatarId: string | null;
}

export interface SendMessage {
  readonly type: 'send';
  readonly by: string;
  readonly key: string;
  readonly body: string;
  readonly prev: string | null;
  readonly replyTo: number | null;
  /** Whom the message names, members or not. */
  readonly mentions: readonly string[];
  readonly attachments: readonly Attachment[];
  /** Set when the store has been asked for the key, or for its predecessor, and did not know it. */
  readonly keyIsNew?: boolean;
  readonly prevIsUnknown?: boolean;
}

export interface EditMessage {
  readonly type: 'edit';
  readonly by: string;
  readonly messageSeq: number;
  readonly body: string;
  readonly mentions: readonly string[];
}

export interface DeleteMessage {
  readonly type: 'delete_message';
  readonly by: string;
  readonly messageSeq: number;
  /** The gateway has found that `by` administers this server; membership is not needed then. */
  readonly asPlatformAdmin: boolean;
}

export interface React {
  readonly type: 'react';
  readonly by: string;
  readonly messageSeq: number;
  readonly emoji: string;
  readonly present: boolean;
}

export interface AddMembers {
  readonly type: 'add_members';
  readonly by: string;
  readonly userIds: readonly string[];
}

export interface RemoveMember {
  readonly type: 'remove_member';
  readonly by: string;
  readonly userId: string;
}

export interface SetRole {
  readonly type: 'set_role';
  readonly by: string;
  readonly userId: string;
  readonly role: Role;
}

export interface UpdateProfile {
  readonly type: 'update_profile';
  readonly by: string;
  readonly name: string;
  readonly description: string;
  readonly avatarId: string | null;
}

export interface DeleteConversation {
  readonly type: 'delete_conversation';
  readonly by: string;
}

export interface SetInvite {
  readonly type: 'set_invite';
  readonly by: string;
  /** Null revokes it. */
  readonly codeHash: string | null;
}

export interface Join {
  readonly type: 'join';
  readonly by: string;
  readonly codeHash: string;
}

export interface LookAtInvitation {
  readonly type: 'invitation';
  readonly by: string;
  readonly codeHash: string;
}

/** From the blocker's session: at least once, in any order; the version says which is the latest. */
export interface NoteBlock {
  readonly type: 'note_block';
  readonly userId: string;
  readonly blocked: boolean;
  readonly version: number;
}

export interface MoveCursor {
  readonly type: 'cursor';
  readonly by: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export interface Typing {
  readonly type: 'typing';
  readonly by: string;
  readonly active: boolean;
}

export interface SubscribeConversation {
  readonly type: 'subscribe';
  /** Null: a gateway renews its interest for those it let in before, the followers. */
  readonly by: string | null;
  readonly epoch: number;
  readonly afterSeq: number | null;
  readonly followers?: readonly string[];
}

export interface ReadHistory {
  readonly type: 'history';
  /** Null: for a platform admin, who has stated a reason. */
  readonly by: string | null;
  readonly direction: HistoryDirection;
  readonly seq: number;
  readonly limit: number;
}

/** Whether this one belongs to the open conversation now, and a message stands; answered without waking it. */
export interface CheckMember {
  readonly type: 'check_member';
  readonly by: string;
  readonly messageSeq: number | null;
}

/** The conversation as it stands, for one of its members. */
export interface Describe {
  readonly type: 'describe';
  readonly by: string;
}

export interface ListMembers {
  readonly type: 'members';
  readonly by: string;
}

export interface ReadReceipts {
  readonly type: 'receipts';
  readonly by: string;
}

/** What happens to a message that stands, or to the group: decided from the state and that message alone. */
export type ChangeMessage = EditMessage | DeleteMessage | React;
export type ChangeGroup =
  AddMembers | RemoveMember | SetRole | UpdateProfile | DeleteConversation | SetInvite | Join;

/** What changes nothing that is kept. */
export type Reading =
  | LookAtInvitation
  | Typing
  | SubscribeConversation
  | ReadHistory
  | ReadReceipts
  | CheckMember
  | Describe
  | ListMembers;

export type ConversationCommand =
  OpenDirect | CreateGroup | SendMessage | ChangeMessage | ChangeGroup | NoteBlock | MoveCursor | Reading;

/** Answer to open_direct, create_group, join and describe. */
export interface OpenedConversation {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly epoch: number;
  readonly headSeq: number;
  readonly headOrdinal: number;
  /** How far the one who opens it has read. */
  readonly readSeq: number;
  readonly readOrdinal: number;
  readonly activeAtMs: number;
  readonly name: string;
  readonly description: string;
  readonly avatarId: string | null;
  readonly role: Role;
  readonly memberCount: number;
  /** A few of the members. */
  readonly memberIds: readonly string[];
}

/** Answer to invitation. */
export interface Invitation {
  readonly name: string;
  readonly description: string;
  readonly memberCount: number;
  readonly isMember: boolean;
}
