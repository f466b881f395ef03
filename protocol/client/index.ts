// What users of the SDK import.
export { SkeinClient } from './client.ts';
export type { ClientEvents, ClientOptions, ClientState } from './client-options.ts';
export type { SocketLike } from './connection.ts';
export type { Acknowledgement } from './outbox.ts';
export type { Head } from './subscriptions.ts';
export { RequestError, type ErrorCode } from '../errors.ts';
export { conversationEventTypes } from '../events/event-types.ts';
export type { ConversationEvent, MessageSent } from '../events/conversation-event.ts';
export { inboxEventTypes } from '../events/event-types.ts';
export type { InboxEvent } from '../events/inbox-event.ts';
export type { ConversationSummary } from '../frames/conversations.ts';
export type { Profile } from '../frames/users.ts';
