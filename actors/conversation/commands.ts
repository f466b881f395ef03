// Commands of a conversation and the answers to them. The gateway has checked shapes and the user's identity; `by` is
// that user.
import type { Attachment, ConversationKind, Role } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import type { CommandIn } from '../runtime/commands.ts';
import type { SubscribeAnswer } from './reads.ts';
import type { EventPage } from './store-port.ts';

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
  /** People who are asked first; they count as some with whom the group begins. */
  readonly askedIds?: readonly string[];
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
  /** People named in the message, members or not. */
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
  /** Of the texts of what was missed; `pageBytesMax` unless said otherwise. */
  readonly bytesMax?: number;
}

export interface ReadHistory {
  readonly type: 'history';
  /** Null: for a platform admin, who has stated a reason. */
  readonly by: string | null;
  readonly direction: HistoryDirection;
  readonly seq: number;
  readonly limit: number;
}

/** Asks whether this one belongs to the open conversation now, and a message stands; answered without waking it. */
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

/** Commands about a stored message or the group, decided from the state and that message alone. */
export type ChangeMessage = EditMessage | DeleteMessage | React;
export type ChangeGroup =
  AddMembers | RemoveMember | SetRole | UpdateProfile | DeleteConversation | SetInvite | Join;

export interface OpenedConversation {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly epoch: number;
  readonly headSeq: number;
  readonly headOrdinal: number;
  /** How far the one who opens it has read. */
  readonly readSeq: number;
  readonly readOrdinal: number;
  /** Messages above that, without the deleted ones. */
  readonly unread: number;
  readonly activeAtMs: number;
  readonly name: string;
  readonly description: string;
  readonly avatarId: string | null;
  readonly role: Role;
  readonly memberCount: number;
  /** A few of the members. */
  readonly memberIds: readonly string[];
}

export interface Invitation {
  readonly name: string;
  readonly description: string;
  readonly memberCount: number;
  readonly isMember: boolean;
}

/** The message is durable, and this is its place. */
export interface Sent {
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
}

export interface MemberRole {
  readonly userId: string;
  readonly role: Role;
}

export interface HistoryPage extends EventPage {
  readonly epoch: number;
}

/** The one who asked belongs to the conversation, and the message stands. */
export interface Standing {
  /** Sequence number of the latest event that memory holds of that message; 0: the record has all of them. */
  readonly changedSeq: number;
}

/** Every command of a conversation, and the answer to it. */
export type ConversationCommands = {
  readonly open_direct: { readonly command: OpenDirect; readonly answer: OpenedConversation };
  readonly create_group: { readonly command: CreateGroup; readonly answer: OpenedConversation };
  readonly send: { readonly command: SendMessage; readonly answer: Sent };
  readonly edit: { readonly command: EditMessage; readonly answer: null };
  readonly delete_message: { readonly command: DeleteMessage; readonly answer: null };
  readonly react: { readonly command: React; readonly answer: null };
  readonly add_members: { readonly command: AddMembers; readonly answer: null };
  readonly remove_member: { readonly command: RemoveMember; readonly answer: null };
  readonly set_role: { readonly command: SetRole; readonly answer: null };
  readonly update_profile: { readonly command: UpdateProfile; readonly answer: null };
  readonly delete_conversation: { readonly command: DeleteConversation; readonly answer: null };
  readonly set_invite: { readonly command: SetInvite; readonly answer: null };
  readonly join: { readonly command: Join; readonly answer: OpenedConversation };
  readonly invitation: { readonly command: LookAtInvitation; readonly answer: Invitation };
  readonly note_block: { readonly command: NoteBlock; readonly answer: null };
  readonly cursor: { readonly command: MoveCursor; readonly answer: null };
  readonly typing: { readonly command: Typing; readonly answer: null };
  readonly subscribe: { readonly command: SubscribeConversation; readonly answer: SubscribeAnswer };
  readonly history: { readonly command: ReadHistory; readonly answer: HistoryPage };
  readonly check_member: { readonly command: CheckMember; readonly answer: Standing };
  readonly describe: { readonly command: Describe; readonly answer: OpenedConversation };
  readonly members: { readonly command: ListMembers; readonly answer: readonly MemberRole[] };
  readonly receipts: { readonly command: ReadReceipts; readonly answer: MemberCursor[] };
};

export type ConversationCommand = CommandIn<ConversationCommands>;
