// Everything in a result that no section of the report knows, as tables: a new field of a new scenario is never dropped
// without a word.
import { escapeHtml, wordsOf, writerOf } from './html-format.ts';
import { htmlTable } from './html-page.ts';
import { isJson, type AnyResult } from './html-result.ts';

type Row = readonly string[];

const itemsMax = 50;

/** @param known names joined by dots of what is shown elsewhere, with all below them */
export function restTables(result: AnyResult, known: ReadonlySet<string>): string {
  const scalars: Row[] = [];
  const tables: string[] = [];
  for (const [name, value] of Object.entries(result)) {
    const rows = rowsOf(value, name, '', known);
    if (rows.length === 0) continue;
    if (isJson(value) || isTable(value)) tables.push(titled(wordsOf(name), value, rows));
    else scalars.push(...rows);
  }
  const first =
    scalars.length === 0 ? '' : `<div><h3>Single values</h3>${htmlTable({ heads: [], rows: scalars })}</div>`;
  return first === '' && tables.length === 0 ? '' : `<div class="tables">${first}${tables.join('')}</div>`;
}

function titled(title: string, value: unknown, rows: readonly Row[]): string {
  const table = isTable(value) ? objectsTable(value) : htmlTable({ heads: [], rows });
  return `<div><h3>${escapeHtml(title)}</h3>${table}</div>`;
}

/** One row for each value below, named by its way there. */
function rowsOf(value: unknown, path: string, words: string, known: ReadonlySet<string>): Row[] {
  if (known.has(path) || value === undefined) return [];
  if (!isJson(value)) return [[words === '' ? wordsOf(path) : words, textOf(value, path)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[words === '' ? wordsOf(path) : words, 'none']];
  return entries.flatMap(([name, inner]) => {
    const way = words === '' ? wordsOf(name) : `${words}, ${wordsOf(name)}`;
    return rowsOf(inner, `${path}.${name}`, way, known);
  });
}

function textOf(value: unknown, path: string): string {
  if (typeof value === 'number') return writerOf(path)(value);
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!Array.isArray(value)) return String(value);
  if (value.length === 0) return 'none';
  const shown = value
    .slice(0, itemsMax)
    .map((item) => (isJson(item) ? JSON.stringify(item) : textOf(item, path)));
  const more = value.length - shown.length;
  return shown.join(', ') + (more > 0 ? `, and ${more} more in the file` : '');
}

function isTable(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isJson);
}

function objectsTable(objects: readonly Readonly<Record<string, unknown>>[]): string {
  const fields = [...new Set(objects.flatMap((each) => Object.keys(each)))];
  const shown = objects.slice(0, itemsMax);
  const cell = (value: unknown, field: string) =>
    value === undefined ? '' : isJson(value) ? JSON.stringify(value) : textOf(value, field);
  const rows = shown.map((each) => fields.map((field) => cell(each[field], field)));
  const more = objects.length - shown.length;
  return (
    htmlTable({ heads: fields.map(wordsOf), rows }) +
    (more > 0 ? `<p class="dim">And ${more} more in the file.</p>` : '')
  );
}
