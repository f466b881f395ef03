// Plain text in columns, on a terminal as in a log: sections of rows, words to the left and numbers to the right.

export type Row = readonly string[];
export type Section = readonly [title: string, rows: readonly Row[]];

/** Sections without rows are left out. */
export function sections(all: readonly Section[]): string {
  return all
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `\n${title}\n${columns(rows)}`)
    .join('');
}

/** A last column that is long widens nothing. */
function columns(rows: readonly Row[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.slice(0, Math.max(1, row.length - 1)).forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, row.length > 1 ? cell.length : 0);
    });
  }
  const isNumber = (cell: string) => /^-?[\d.]+$/.test(cell);
  const padded = (cell: string, at: number) =>
    isNumber(cell) && at > 0 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  return rows.map((row) => `  ${row.map(padded).join('  ').trimEnd()}\n`).join('');
}
