// Requests about people: finding them, their profiles and presence, and blocking them.
import { opcodes } from '../../../../protocol/opcodes.ts';
import {
  askSession,
  doneOr,
  answered,
  refused,
  refusedWith,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';

type Codes =
  | typeof opcodes.findUsers
  | typeof opcodes.users
  | typeof opcodes.block
  | typeof opcodes.blocks
  | typeof opcodes.watchPresence;

export function peopleRequests(dependencies: RequestDependencies): Handlers<Codes> {
  const { profiles, watching } = dependencies;
  return {
    async [opcodes.findUsers]({ userId }, { handlePrefix: prefix, limit }) {
      return answered({ opcode: opcodes.userList, users: await profiles.find(prefix, limit, userId) });
    },
    async [opcodes.users](_caller, { userIds }) {
      return answered({ opcode: opcodes.userList, users: await profiles.of(userIds) });
    },
    async [opcodes.block]({ userId: by }, { userId, blocked }) {
      if (by === userId) return refusedWith('peer_is_self');
      const known = await profiles.of([userId]);
      if (known.length === 0) return refusedWith('user_not_found');
      return doneOr(await askSession(dependencies, by, { type: 'block', userId, blocked }));
    },
    async [opcodes.blocks]({ userId }) {
      const reply = await askSession(dependencies, userId, { type: 'blocks' });
      if (!reply.ok) return refused(reply.error);
      return answered({ opcode: opcodes.userList, users: await profiles.of(reply.value) });
    },
    async [opcodes.watchPresence]({ userId, socket }, { userIds }) {
      if (!socket) return refusedWith('unknown_opcode');
      return answered({
        opcode: opcodes.presenceList,
        presences: await watching.watch(socket, userId, userIds),
      });
    },
  };
}
