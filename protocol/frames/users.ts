// Finding people, their profiles, whether they are there, and not hearing from them.
import type { Named } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { named, Nullable, RequestId, Text, TimeMs, Uuid } from './fields.ts';
import { Type } from './schema.ts';

export const Profile = named('Profile', ['userId', 'handle', 'displayName'], [Uuid, Text, Text]);
export type Profile = Named<typeof Profile>;

/** Answered by userList. */
export const FindUsers = named(
  'FindUsers',
  ['opcode', 'requestId', 'handlePrefix', 'limit'],
  [
    Type.Literal(opcodes.findUsers),
    RequestId,
    Type.String({ minLength: 1, maxLength: limits.handleLengthMax }),
    Type.Integer({ minimum: 1, maximum: limits.userSearchMax }),
  ],
);
export type FindUsers = Named<typeof FindUsers>;

/** Answered by userList, unknown ids left out. */
export const LookUpUsers = named(
  'LookUpUsers',
  ['opcode', 'requestId', 'userIds'],
  [Type.Literal(opcodes.users), RequestId, Type.Array(Uuid, { minItems: 1, maxItems: limits.userLookupMax })],
);
export type LookUpUsers = Named<typeof LookUpUsers>;

export const UserList = named(
  'UserList',
  ['opcode', 'requestId', 'users'],
  [Type.Literal(opcodes.userList), RequestId, Type.Array(Profile)],
);
export type UserList = Named<typeof UserList>;

/** Blocks someone, or no longer (ACC-5); answered by done. */
export const Block = named(
  'Block',
  ['opcode', 'requestId', 'userId', 'blocked'],
  [Type.Literal(opcodes.block), RequestId, Uuid, Type.Boolean()],
);
export type Block = Named<typeof Block>;

/** Asks for the people whom one blocks; answered by userList. */
export const ListBlocks = named(
  'ListBlocks',
  ['opcode', 'requestId'],
  [Type.Literal(opcodes.blocks), RequestId],
);
export type ListBlocks = Named<typeof ListBlocks>;

/**
 * Watches these people in place of those watched before on this socket; answered by presenceList, then pushes. Those
 * with whom one shares no conversation are left out.
 */
export const WatchPresence = named(
  'WatchPresence',
  ['opcode', 'requestId', 'userIds'],
  [Type.Literal(opcodes.watchPresence), RequestId, Type.Array(Uuid, { maxItems: limits.presenceWatchMax })],
);
export type WatchPresence = Named<typeof WatchPresence>;

/** lastSeenMs is null for who is there now, and for who was never seen. */
export const PresenceOf = named(
  'PresenceOf',
  ['userId', 'online', 'lastSeenMs'],
  [Uuid, Type.Boolean(), Nullable(TimeMs)],
);
export type PresenceOf = Named<typeof PresenceOf>;

export const PresenceList = named(
  'PresenceList',
  ['opcode', 'requestId', 'presences'],
  [Type.Literal(opcodes.presenceList), RequestId, Type.Array(PresenceOf)],
);
export type PresenceList = Named<typeof PresenceList>;

/** A push. */
export const PresenceChanged = named(
  'PresenceChanged',
  ['opcode', 'requestId', 'presences'],
  [Type.Literal(opcodes.presence), RequestId, Type.Array(PresenceOf)],
);
export type PresenceChanged = Named<typeof PresenceChanged>;
