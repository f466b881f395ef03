// Commands of a user's session and the answers to them. The user's own devices ask, and other actors.
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { GroupRequest, GroupsFrom } from '../../protocol/frames/group-requests.ts';
import type { CommandIn } from '../runtime/commands.ts';
import type { EffectType } from '../runtime/effect.ts';
import type { MayAdd } from './group-requests.ts';
import type { NotificationPage } from './store-port.ts';

/** Something that happened in a conversation concerns the user. At least once, in any order. */
export interface NoteEffect {
  readonly type: 'note';
  readonly effect: Exclude<EffectType, 'blocked' | 'unblocked'>;
  readonly conversationId: string;
  readonly seq: number;
  readonly messageSeq: number | null;
  readonly byUserId: string;
  /** Set when the record was asked and does not have it yet. */
  readonly isNew?: boolean;
}

export interface RegisterDevice {
  readonly type: 'register_device';
  readonly deviceId: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
}

export interface FollowInbox {
  readonly type: 'follow';
  readonly afterSeq: number | null;
}

export interface Mute {
  readonly type: 'mute';
  readonly conversationId: string;
  readonly untilMs: number;
}

export interface Block {
  readonly type: 'block';
  readonly userId: string;
  readonly blocked: boolean;
}

/** Whether the user blocks that one. */
export interface AskBlock {
  readonly type: 'ask_block';
  readonly userId: string;
}

/** Asks whether someone may add the user to a group, by the user's own wishes. */
export interface AskAdd {
  readonly type: 'ask_add';
  readonly byUserId: string;
}

/** Someone who may add people to the group asks the user to come in. */
export interface NoteGroupRequest {
  readonly type: 'note_group_request';
  readonly conversationId: string;
  readonly byUserId: string;
  readonly name: string;
}

export interface EndGroupRequest {
  readonly type: 'end_group_request';
  readonly conversationId: string;
  readonly accepted: boolean;
}

export interface ListGroupRequests {
  readonly type: 'group_requests';
}

export interface SetGroupsFrom {
  readonly type: 'set_groups_from';
  readonly groupsFrom: GroupsFrom;
}

export interface GroupRequests {
  readonly groupsFrom: GroupsFrom;
  readonly requests: GroupRequest[];
}

export interface ListBlocks {
  readonly type: 'blocks';
}

export interface ListNotifications {
  readonly type: 'notifications';
  readonly beforeSeq: number | null;
  readonly limit: number;
}

export interface MarkNotifications {
  readonly type: 'mark_notifications';
  readonly upToSeq: number;
  readonly seqs: readonly number[];
}

/** Inbox events that a device missed, and the number up to which they go. */
export interface InboxRead {
  readonly events: InboxEvent[];
  readonly headSeq: number;
  readonly more: boolean;
  /** Rises when acknowledged events of the inbox were lost. */
  readonly epoch: number;
}

/** Every command of a session, and the answer to it. */
export type SessionCommands = {
  readonly note: { readonly command: NoteEffect; readonly answer: null };
  readonly register_device: { readonly command: RegisterDevice; readonly answer: null };
  readonly follow: { readonly command: FollowInbox; readonly answer: InboxRead };
  readonly mute: { readonly command: Mute; readonly answer: null };
  readonly block: { readonly command: Block; readonly answer: null };
  readonly ask_block: { readonly command: AskBlock; readonly answer: boolean };
  readonly ask_add: { readonly command: AskAdd; readonly answer: MayAdd };
  readonly note_group_request: { readonly command: NoteGroupRequest; readonly answer: null };
  readonly end_group_request: { readonly command: EndGroupRequest; readonly answer: null };
  readonly group_requests: { readonly command: ListGroupRequests; readonly answer: GroupRequests };
  readonly set_groups_from: { readonly command: SetGroupsFrom; readonly answer: null };
  readonly blocks: { readonly command: ListBlocks; readonly answer: readonly string[] };
  readonly notifications: { readonly command: ListNotifications; readonly answer: NotificationPage };
  readonly mark_notifications: { readonly command: MarkNotifications; readonly answer: null };
};

export type SessionCommand = CommandIn<SessionCommands>;
