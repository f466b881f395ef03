// The group that an invitation leads to, as far as the server tells who has not signed in (GRP-2).
import { useEffect, useState } from 'react';
import { useRoute } from '../routing/location.ts';

export interface Glimpse {
  readonly name: string;
  readonly memberCount: number;
}

const answerWithinMs = 15_000;

/** Null: unknown, for now or for good; 'void': the invitation leads nowhere. */
export function useGlimpse(): Glimpse | 'void' | null {
  const route = useRoute();
  const path =
    route.name === 'join' ? `/v1/invitations/${route.id}?code=${encodeURIComponent(route.code)}` : null;
  const [seen, setSeen] = useState<{ readonly path: string; readonly glimpse: Glimpse | 'void' } | null>(
    null,
  );
  useEffect(() => {
    if (path === null) return;
    const leaving = new AbortController();
    glimpse(path, AbortSignal.any([leaving.signal, AbortSignal.timeout(answerWithinMs)])).then(
      (glimpse) => glimpse && setSeen({ path, glimpse }),
      // The page says what it says without it.
      () => undefined,
    );
    return () => leaving.abort();
  }, [path]);
  return seen && seen.path === path ? seen.glimpse : null;
}

async function glimpse(path: string, signal: AbortSignal): Promise<Glimpse | 'void' | null> {
  const response = await fetch(path, { signal });
  if (response.status === 404 || response.status === 410) return 'void';
  return response.ok ? ((await response.json()) as Glimpse) : null;
}
