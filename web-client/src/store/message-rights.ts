// Rights of a person on a message now (MSG-5), by the rules of the server, so that nothing is offered that it would
// refuse. It has the last word all the same.
import type { Role } from '../../../protocol/client/index.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Message } from './message.ts';

export interface Rights {
  readonly edit: boolean;
  readonly delete: boolean;
  /** When they change by themselves; null: not any more. */
  readonly untilMs: number | null;
}

export interface Viewer {
  readonly myId: string;
  readonly isGroup: boolean;
  readonly role: Role;
}

const none: Rights = { edit: false, delete: false, untilMs: null };

/** @param nowMs on the server's clock */
export function rightsOf(message: Message, { myId, isGroup, role }: Viewer, nowMs: number): Rights {
  if (message.deleted) return none;
  const isAdmin = isGroup && role === 'admin';
  const endsAtMs = message.atMs + limits.changeWithinMs;
  const inTime = message.senderId === myId && nowMs < endsAtMs;
  return { edit: inTime, delete: inTime || isAdmin, untilMs: inTime ? endsAtMs : null };
}
