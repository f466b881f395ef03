// Plain tables: columns as wide as they need to be, numbers to the right.
import { stripVTControlCharacters, styleText } from 'node:util';

const isNumber = (cell: string): boolean => /^([-~+]?[\d.,]+( ?(%|ms|s|min|[KMGT]?i?B))?|\?|–)$/.test(cell);
const widthOf = (cell: string): number => stripVTControlCharacters(cell).length;

/** The header in bold where the terminal can show that. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column]!))),
  );
  const toRight = header.map((_, column) => {
    const cells = rows.map((row) => stripVTControlCharacters(row[column]!)).filter((cell) => cell !== '');
    return cells.length > 0 && cells.every(isNumber);
  });
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - widthOf(cell));
        return toRight[column] ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [styleText('bold', line(header)), ...rows.map(line)].join('\n');
}

/** Names and values below each other. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs
    .map(
      ([name, value]) => `${name.padEnd(width + 2)}${value.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`,
    )
    .join('\n');
}
