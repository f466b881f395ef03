// People named by a message: those whom the client names by id, and every `@handle` in its text (MEN-1).
import { limits } from '../../../../protocol/limits.ts';
import type { Profiles } from '../profiles.ts';

const handleInText = new RegExp(
  `(?<![\\w@])@([a-z0-9_]{${limits.handleLengthMin},${limits.handleLengthMax}})(?![a-z0-9_])`,
  'gi',
);

export async function mentionsOf(
  profiles: Profiles,
  body: string,
  named: readonly string[],
): Promise<readonly string[]> {
  if (!body.includes('@')) return named;
  const handles = new Set([...body.matchAll(handleInText)].map(([, handle]) => handle!.toLowerCase()));
  if (handles.size === 0) return named;
  const found = await profiles.idsOf([...handles].slice(0, limits.mentionsPerMessageMax));
  return [...new Set([...named, ...found])];
}
