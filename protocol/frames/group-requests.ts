// Being asked before one is added to a group, by whom it may be done without asking (ACC-5).
import type { Named } from '../codec/named.ts';
import { opcodes } from '../opcodes.ts';
import { named, OneOf, RequestId, Text, TimeMs, Uuid } from './fields.ts';
import { Type } from './schema.ts';

/** People who may add the user to groups without asking. Contacts are those whom the user has written to directly. */
export const GroupsFrom = OneOf('everyone', 'contacts', 'nobody');
export type GroupsFrom = 'everyone' | 'contacts' | 'nobody';

/** The group's name as it was when `by` wanted to add the user. */
export const GroupRequest = named(
  'GroupRequest',
  ['conversationId', 'name', 'by', 'atMs'],
  [Uuid, Text, Uuid, TimeMs],
);
export type GroupRequest = Named<typeof GroupRequest>;

/** Answered by groupRequestList. */
export const ListGroupRequests = named(
  'ListGroupRequests',
  ['opcode', 'requestId'],
  [Type.Literal(opcodes.groupRequests), RequestId],
);
export type ListGroupRequests = Named<typeof ListGroupRequests>;

/** The latest first. */
export const GroupRequestList = named(
  'GroupRequestList',
  ['opcode', 'requestId', 'groupsFrom', 'requests'],
  [Type.Literal(opcodes.groupRequestList), RequestId, GroupsFrom, Type.Array(GroupRequest)],
);
export type GroupRequestList = Named<typeof GroupRequestList>;

/** Comes into the group, or declines; answered by done. */
export const AnswerGroupRequest = named(
  'AnswerGroupRequest',
  ['opcode', 'requestId', 'conversationId', 'accept'],
  [Type.Literal(opcodes.answerGroupRequest), RequestId, Uuid, Type.Boolean()],
);
export type AnswerGroupRequest = Named<typeof AnswerGroupRequest>;

/** Answered by done. */
export const SetGroupsFrom = named(
  'SetGroupsFrom',
  ['opcode', 'requestId', 'groupsFrom'],
  [Type.Literal(opcodes.setGroupsFrom), RequestId, GroupsFrom],
);
export type SetGroupsFrom = Named<typeof SetGroupsFrom>;
