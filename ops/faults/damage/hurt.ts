// Four ways in which a file comes to harm.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { SeededRandom } from '../../../protocol/testing/seeded-random.ts';

export const harms = ['removed', 'truncated', 'zeroed', 'flipped'] as const;
export type Harm = (typeof harms)[number];

const pageBytes = 8192;
const flips = 3;

/** In place, as a disk would: owner and mode stay. Tables lose one page of their own choosing, other files all of it. */
export function hurt(file: string, harm: Harm, random: SeededRandom): void {
  if (harm === 'removed') return rmSync(file);
  const bytes = readFileSync(file);
  const pages = bytes.length % pageBytes === 0 ? bytes.length / pageBytes : 0;
  if (harm === 'truncated') {
    const half = pages > 1 ? Math.floor(pages / 2) * pageBytes : Math.floor(bytes.length / 2);
    return truncateSync(file, half);
  }
  if (harm === 'zeroed') {
    const at = pages > 0 ? Math.floor(random.next() * pages) * pageBytes : 0;
    bytes.fill(0, at, pages > 0 ? at + pageBytes : bytes.length);
  } else {
    const used = lastUsed(bytes);
    for (let flip = 0; flip < flips; flip++) {
      const at = Math.floor(random.next() * used);
      if (bytes.length > 0) bytes[at] = bytes[at]! ^ 0xff;
    }
  }
  writeFileSync(file, bytes, { flag: 'r+' });
}

/** Files are made large beforehand: what lies behind their contents is nobody's loss. */
function lastUsed(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}
