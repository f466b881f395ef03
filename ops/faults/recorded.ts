// The messages of conversations as PostgreSQL has them, for the judge.
import type pg from 'pg';
import { eventually } from '../../protocol/waiting.ts';
import type { SeenEvent } from '../../bench/verify/history.ts';

/** Resolves once there are as many as there should be. */
export async function recordedIn(
  database: pg.Pool,
  final: ReadonlyMap<string, readonly SeenEvent[]>,
): Promise<Map<string, SeenEvent[]>> {
  const wanted = [...final.values()].flat().filter(({ key }) => key !== null).length;
  let rows: { conversation_id: string; seq: string; key: string }[] = [];
  const isThere = async (): Promise<boolean> => {
    const text = `select conversation_id, seq, idempotency_key as key from messages
                  where conversation_id = any($1::uuid[]) order by seq`;
    ({ rows } = await database.query(text, [[...final.keys()]]));
    return rows.length >= wanted;
  };
  await eventually(isThere, { everyMs: 250 });
  const recorded = new Map<string, SeenEvent[]>([...final.keys()].map((id) => [id, []]));
  for (const { conversation_id: id, seq, key } of rows) recorded.get(id)!.push({ seq: Number(seq), key });
  return recorded;
}
