// Rules that a group must meet before the server takes it (GRP-1), as advice: null when nothing is in the way.
import { limits } from '../../../protocol/limits.ts';

/** @param others people chosen besides oneself */
export function whyNotYet(name: string, others: number): string | null {
  const missing = limits.groupMembersMin - 1 - others;
  if (name.trim() === '') return 'Give the group a name.';
  if (missing > 0) return missing === 1 ? 'Choose one more person.' : `Choose at least ${missing} people.`;
  return null;
}

export function membersLabel(count: number): string {
  return count === 1 ? '1 member' : `${count} members`;
}
