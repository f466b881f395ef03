// Everything that users of the SDK import.
export { SkeinClient } from './client.ts';
export type { ClientEvents, ClientOptions, ClientState } from './client-options.ts';
export type { SocketLike } from './connection.ts';
export type { MessageContent } from './message-content.ts';
export type { Acknowledgement, OutboxMessage, OutboxState } from './outbox.ts';
export { IndexedDbOutboxStore } from './outbox-store/indexed-db-outbox-store.ts';
export { MemoryOutboxStore } from './outbox-store/memory-outbox-store.ts';
export type { OutboxStore, QueuedMessage } from './outbox-store/outbox-store.ts';
export type { Head } from './subscriptions.ts';
export { Timeline, type ShownMessage } from './timeline.ts';
export type { GroupProfile, HistoryPage, Insight } from './user-requests.ts';
export { RequestError, type ErrorCode } from '../errors.ts';
export type {
  Attachment,
  ConversationEvent,
  MessageSent,
  ReactionCount,
  Role,
  Tombstone,
} from '../events/conversation-event.ts';
export { changedMessage, withChange } from '../events/message-changes.ts';
export type { InboxEvent } from '../events/inbox-event.ts';
export type { ConversationSummary } from '../frames/conversations.ts';
export type { GroupRequest, GroupsFrom } from '../frames/group-requests.ts';
export type { Member } from '../frames/groups.ts';
export type { Revision } from '../frames/messages.ts';
export type { Notification } from '../frames/session.ts';
export type { PresenceOf, Profile } from '../frames/users.ts';
