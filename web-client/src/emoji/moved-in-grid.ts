// Where an arrow key leads in a grid that is filled row by row.

/** Null: the key is none of them, or leads out of the grid. */
export function movedInGrid(key: string, at: number, count: number, columns: number): number | null {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (step === undefined || count === 0) return null;
  const to = at + step;
  if (to >= 0 && to < count) return to;
  // The last row may be shorter than the others.
  const below = step === columns && Math.floor(at / columns) < Math.floor((count - 1) / columns);
  return below ? count - 1 : at;
}
