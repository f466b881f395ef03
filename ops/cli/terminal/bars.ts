// Bars for comparing workers.

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param part of the whole width, 0 to 1; more is cut */
export function bar(part: number, width: number): string {
  const cells = Math.max(0, Math.min(1, part)) * width;
  const full = Math.floor(cells);
  return ('█'.repeat(full) + eighths[Math.floor((cells - full) * 8)]!).padEnd(width);
}
