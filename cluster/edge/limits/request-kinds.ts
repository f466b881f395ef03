// Which of a user's budgets a request is paid from. What has no line here is one of the `requests`.
import { opcodes } from '../../../protocol/opcodes.ts';
import type { Limiter } from './limiter.ts';
import type { LimitKind, UserKind } from './rates.ts';

const kinds: Readonly<Record<number, UserKind>> = {
  [opcodes.send]: 'sends',
  [opcodes.react]: 'reactions',
  [opcodes.findUsers]: 'searches',
  [opcodes.createGroup]: 'groups',
  [opcodes.createInvite]: 'invitations',
};

export function kindOfRequest(opcode: number): UserKind {
  return kinds[opcode] ?? 'requests';
}

/** Requests whose answers may be large. */
const large: ReadonlySet<number> = new Set([
  opcodes.history,
  opcodes.moderate,
  opcodes.subscribe,
  opcodes.conversations,
  opcodes.members,
  opcodes.receipts,
  opcodes.revisions,
  opcodes.inbox,
  opcodes.notifications,
  opcodes.audit,
]);
/** Smaller answers are not counted by their size: the number of requests bounds them. */
const countedFromBytes = 4 * 1024;

/** Takes what a request costs: 0, or the ms until this user may ask for it. */
export function payRequest(limiter: Limiter<LimitKind>, opcode: number, userId: string): number {
  const owedMs = large.has(opcode) ? limiter.check('answerKiB', userId) : 0;
  return owedMs || limiter.take(kindOfRequest(opcode), userId);
}

/** Takes what its answer turned out to cost. */
export function payAnswer(limiter: Limiter<LimitKind>, bytes: number, userId: string): void {
  if (bytes >= countedFromBytes) limiter.charge('answerKiB', userId, Math.ceil(bytes / 1024));
}
