// People named by a message: those whom the client names by id, and every `@handle` in its text (MEN-1).
import { limits } from '../../../../protocol/limits.ts';
import { handlesIn } from '../../../../protocol/text/message-parts.ts';
import type { Profiles } from '../profiles.ts';

export async function mentionsOf(
  profiles: Profiles,
  body: string,
  named: readonly string[],
): Promise<readonly string[]> {
  const handles = handlesIn(body);
  if (handles.size === 0) return named;
  const found = await profiles.idsOf([...handles].slice(0, limits.mentionsPerMessageMax));
  return [...new Set([...named, ...found])];
}
