// Every operation of the REST API: what is readable and writable over the socket is so here too, by the same frames
// and the same handlers. A test holds that each request of the protocol is in one of the two lists.
import { opcodes } from '../../../../protocol/opcodes.ts';
import type { Operation } from './operation.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { groupRequestRoutes } from './routes/group-requests.ts';
import { groupRoutes } from './routes/groups.ts';
import { messageRoutes } from './routes/messages.ts';
import { peopleRoutes } from './routes/people.ts';

export const operations: readonly Operation[] = [
  ...conversationRoutes,
  ...messageRoutes,
  ...groupRoutes,
  ...groupRequestRoutes,
  ...peopleRoutes,
];

/** Requests that mean nothing without a socket: its greeting, its clock, and what it follows from then on. */
export const needsSocket: readonly number[] = [
  opcodes.hello,
  opcodes.reauthenticate,
  opcodes.ping,
  opcodes.subscribe,
  opcodes.unsubscribe,
  opcodes.inbox,
  opcodes.watchPresence,
];
