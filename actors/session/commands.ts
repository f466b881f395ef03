// What can be asked of a user's session, by the user's own devices or by other actors.

export interface NoteConversation {
  readonly type: 'note_conversation';
  readonly conversationId: string;
  readonly seq: number;
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

export type SessionCommand = NoteConversation | RegisterDevice | FollowInbox;
