// Strong entity tags: a hash of the very bytes.
import { createHash } from 'node:crypto';
import type { Exchange } from '../api/exchange.ts';

export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** Whether the client has it already (RFC 9110, 13.1.2). */
export function unchanged(exchange: Exchange, etag: string): boolean {
  const known = exchange.header('if-none-match').split(',');
  return known.some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}
