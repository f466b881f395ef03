// The `range` header of downloads (RFC 9110, 14.2): one range of bytes. Several at once are answered with the whole,
// as the standard allows.
import type { ByteRange } from '../../../../storage/blobs/blob-store.ts';

/** The range to send; null: the whole content; `unsatisfiable`: it begins behind the end. */
export function parseRange(header: string, bytes: number): ByteRange | null | 'unsatisfiable' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined || first + last === '') return null;
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 ? 'unsatisfiable' : { from: Math.max(0, bytes - suffix), to: bytes - 1 };
  }
  const from = Number(first);
  const to = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < from) return null;
  return from >= bytes ? 'unsatisfiable' : { from, to };
}
