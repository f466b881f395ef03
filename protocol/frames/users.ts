// Finding people, and their profiles.
import { Type, type Static } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { RequestId, Text, Uuid } from './fields.ts';

/** [userId, handle, displayName] */
export const Profile = Type.Tuple([Uuid, Text, Text]);
export type Profile = Static<typeof Profile>;

/** [findUsers, requestId, handlePrefix, limit]; answered by userList. */
export const FindUsers = Type.Tuple([
  Type.Literal(opcodes.findUsers),
  RequestId,
  Type.String({ minLength: 1, maxLength: limits.handleLengthMax }),
  Type.Integer({ minimum: 1, maximum: limits.userSearchMax }),
]);
export type FindUsers = Static<typeof FindUsers>;

/** [users, requestId, userIds]; answered by userList, unknown ids left out. */
export const LookUpUsers = Type.Tuple([
  Type.Literal(opcodes.users),
  RequestId,
  Type.Array(Uuid, { minItems: 1, maxItems: limits.userLookupMax }),
]);
export type LookUpUsers = Static<typeof LookUpUsers>;

/** [userList, requestId, profiles] */
export const UserList = Type.Tuple([Type.Literal(opcodes.userList), RequestId, Type.Array(Profile)]);
export type UserList = Static<typeof UserList>;
