// Requests about people: finding them, their profiles and presence, and blocking them.
import { opcodes } from '../../../../protocol/opcodes.ts';
import {
  askSession,
  doneOr,
  frame,
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
    async [opcodes.findUsers]({ userId }, [, id, prefix, limit]) {
      return frame([opcodes.userList, id, await profiles.find(prefix, limit, userId)]);
    },
    async [opcodes.users](_caller, [, id, userIds]) {
      return frame([opcodes.userList, id, await profiles.of(userIds)]);
    },
    async [opcodes.block]({ userId: by }, [, id, userId, blocked]) {
      if (by === userId) return refusedWith('peer_is_self');
      const known = await profiles.of([userId]);
      if (known.length === 0) return refusedWith('user_not_found');
      return doneOr(id, await askSession(dependencies, by, { type: 'block', userId, blocked }));
    },
    async [opcodes.blocks]({ userId }, [, id]) {
      const reply = await askSession(dependencies, userId, { type: 'blocks' });
      return reply.ok ? frame([opcodes.userList, id, await profiles.of(reply.value)]) : refused(reply.error);
    },
    async [opcodes.watchPresence]({ userId, socket }, [, id, userIds]) {
      if (!socket) return refusedWith('unknown_opcode');
      return frame([opcodes.presenceList, id, await watching.watch(socket, userId, userIds)]);
    },
  };
}
