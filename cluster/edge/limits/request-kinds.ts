// Which of a user's budgets a request is paid from. What has no line here is one of the `requests`.
import { opcodes } from '../../../protocol/opcodes.ts';
import type { UserKind } from './rates.ts';

const kinds: Readonly<Record<number, UserKind>> = {
  [opcodes.send]: 'sends',
  [opcodes.react]: 'reactions',
  [opcodes.findUsers]: 'searches',
};

export function kindOfRequest(opcode: number): UserKind {
  return kinds[opcode] ?? 'requests';
}
