// Roles of workers, in words.
import type { Role } from '../../../cluster/config.ts';

interface HasRoles {
  readonly roles: readonly Role[];
}

export const runsShards = ({ roles }: HasRoles): boolean => roles.includes('actors');
export const takesSockets = ({ roles }: HasRoles): boolean => roles.includes('gateway');
