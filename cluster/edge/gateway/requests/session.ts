// Requests about the user's own stream: devices, the inbox, notifications, and the server's clock.
import { limits } from '../../../../protocol/limits.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import { cleanName } from '../../../../protocol/text/visible.ts';
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
  | typeof opcodes.ping
  | typeof opcodes.registerDevice
  | typeof opcodes.inbox
  | typeof opcodes.notifications
  | typeof opcodes.markNotifications
  | typeof opcodes.signOut;

export function sessionRequests(dependencies: RequestDependencies): Handlers<Codes> {
  return {
    [opcodes.ping]: () => answered({ opcode: opcodes.pong, serverTimeMs: dependencies.clock.now() }),
    async [opcodes.registerDevice]({ userId }, { deviceId, name: typed, publicKey }) {
      const name = cleanName(typed);
      // Composed, a name may be longer than the frame allows; see groupName.
      if (name === '' || name.length > limits.deviceNameLengthMax) return refusedWith('invalid_frame');
      const command = { type: 'register_device', deviceId, name, publicKey } as const;
      return doneOr(await askSession(dependencies, userId, command));
    },
    async [opcodes.inbox]({ userId, socket }, { afterSeq }) {
      if (!socket) return refusedWith('unknown_opcode');
      const reply = await dependencies.following.inbox(socket, userId, afterSeq);
      if (!reply.ok) return refused(reply.error);
      return answered({ opcode: opcodes.inboxPage, ...reply.value });
    },
    async [opcodes.notifications]({ userId }, { beforeSeq, limit }) {
      const command = { type: 'notifications', beforeSeq, limit } as const;
      const reply = await askSession(dependencies, userId, command);
      if (!reply.ok) return refused(reply.error);
      return answered({ opcode: opcodes.notificationList, ...reply.value });
    },
    async [opcodes.markNotifications]({ userId }, { upToSeq, seqs }) {
      const command = { type: 'mark_notifications', upToSeq, seqs } as const;
      return doneOr(await askSession(dependencies, userId, command));
    },
    async [opcodes.signOut]({ userId, sessionId, isExternal, socket }, { everywhere }) {
      const { signOuts } = dependencies;
      if (everywhere) await signOuts.all(userId);
      else if (sessionId === null) return refusedWith('session_unknown');
      else await signOuts.one(sessionId, isExternal);
      // A socket hears the answer before it is closed.
      if (!socket) signOuts.apply();
      return { kind: 'frame', frame: { opcode: opcodes.done }, after: () => signOuts.apply() };
    },
  };
}
