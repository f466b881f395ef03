// Requests about the user's own stream: devices, the inbox, notifications, and the server's clock.
import { inboxEventToWire } from '../../../../protocol/events/inbox-event.ts';
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
  | typeof opcodes.ping
  | typeof opcodes.registerDevice
  | typeof opcodes.inbox
  | typeof opcodes.notifications
  | typeof opcodes.markNotifications;

export function sessionRequests(dependencies: RequestDependencies): Handlers<Codes> {
  return {
    [opcodes.ping]: (_caller, [, id]) => frame([opcodes.pong, id, dependencies.clock.now()]),
    async [opcodes.registerDevice]({ userId }, [, id, deviceId, name, publicKey]) {
      const command = { type: 'register_device', deviceId, name, publicKey } as const;
      return doneOr(id, await askSession(dependencies, userId, command));
    },
    async [opcodes.inbox]({ userId, socket }, [, id, afterSeq]) {
      if (!socket) return refusedWith('unknown_opcode');
      const reply = await dependencies.following.inbox(socket, userId, afterSeq);
      if (!reply.ok) return refused(reply.error);
      const { events, headSeq, more } = reply.value;
      return frame([opcodes.inboxPage, id, events.map(inboxEventToWire), headSeq, more]);
    },
    async [opcodes.notifications]({ userId }, [, id, beforeSeq, limit]) {
      const command = { type: 'notifications', beforeSeq, limit } as const;
      const reply = await askSession(dependencies, userId, command);
      if (!reply.ok) return refused(reply.error);
      const { notifications, unread, more, asOfSeq } = reply.value;
      return frame([opcodes.notificationList, id, notifications, unread, more, asOfSeq]);
    },
    async [opcodes.markNotifications]({ userId }, [, id, upToSeq, seqs]) {
      const command = { type: 'mark_notifications', upToSeq, seqs } as const;
      return doneOr(id, await askSession(dependencies, userId, command));
    },
  };
}
