// What can be asked of a user's session, by the user's own devices or by other actors.
import type { EffectType } from '../runtime/effect.ts';

/** Something that happened in a conversation concerns the user. At least once, in any order. */
export interface NoteEffect {
  readonly type: 'note';
  readonly effect: Exclude<EffectType, 'blocked' | 'unblocked'>;
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

export type SessionCommand =
  | NoteEffect
  | RegisterDevice
  | FollowInbox
  | Mute
  | Block
  | AskBlock
  | ListBlocks
  | ListNotifications
  | MarkNotifications;
