// Which frame answers which request, unless it is refused.
import type { opcodes } from '../opcodes.ts';
import type { ClientFrame } from './client-frames.ts';
import type { Conversation, ConversationList } from './conversations.ts';
import type { InvitationDetails, Invite, MemberList } from './groups.ts';
import type { GroupRequestList } from './group-requests.ts';
import type { Welcome } from './hello.ts';
import type { Page } from './history.ts';
import type { AuditPage, InsightDetails } from './insight.ts';
import type { ReactorList, ReceiptList, RevisionList } from './messages.ts';
import type { Done } from './outcome.ts';
import type { Pong } from './ping.ts';
import type { Accepted } from './send.ts';
import type { InboxPage, NotificationList } from './session.ts';
import type { Subscribed } from './subscribe.ts';
import type { PresenceList, UserList } from './users.ts';

export type RequestOpcode = ClientFrame['opcode'];

/** The request with this opcode; of several, any of theirs. */
export type RequestOf<Code extends RequestOpcode> = {
  [Each in Code]: Extract<ClientFrame, { readonly opcode: Each }> & { readonly opcode: Each };
}[Code];

/** A frame but for the id of the request, which belongs to the socket. */
export type WithoutId<Frame> = Frame extends unknown ? Omit<Frame, 'requestId'> : never;

/** A request as a program makes it: its id is the socket's business. */
export type Asking<Code extends RequestOpcode> = {
  [Each in Code]: WithoutId<Extract<ClientFrame, { readonly opcode: Each }>> & { readonly opcode: Each };
}[Code];

/** Answers that say more than that it is done. */
interface Telling {
  readonly [opcodes.hello]: Welcome;
  readonly [opcodes.ping]: Pong;
  readonly [opcodes.send]: Accepted;
  readonly [opcodes.subscribe]: Subscribed;
  readonly [opcodes.history]: Page;
  readonly [opcodes.moderate]: Page;
  readonly [opcodes.openDirect]: Conversation;
  readonly [opcodes.getConversation]: Conversation;
  readonly [opcodes.createGroup]: Conversation;
  readonly [opcodes.join]: Conversation;
  readonly [opcodes.conversations]: ConversationList;
  readonly [opcodes.findUsers]: UserList;
  readonly [opcodes.users]: UserList;
  readonly [opcodes.blocks]: UserList;
  readonly [opcodes.inbox]: InboxPage;
  readonly [opcodes.revisions]: RevisionList;
  readonly [opcodes.reactors]: ReactorList;
  readonly [opcodes.receipts]: ReceiptList;
  readonly [opcodes.createInvite]: Invite;
  readonly [opcodes.invitation]: InvitationDetails;
  readonly [opcodes.members]: MemberList;
  readonly [opcodes.insight]: InsightDetails;
  readonly [opcodes.notifications]: NotificationList;
  readonly [opcodes.watchPresence]: PresenceList;
  readonly [opcodes.audit]: AuditPage;
  readonly [opcodes.groupRequests]: GroupRequestList;
}

export type AnswerTo<Code extends RequestOpcode> = Code extends keyof Telling ? Telling[Code] : Done;
