// The page that reports are: one file, nothing loaded, dark or light as the reader's system is, and readable on a phone.
import { escapeHtml } from './html-format.ts';

/** Colours of figures; more lines than these begin anew. */
export const colorCount = 12;

const light = [
  ['#2563eb', '#d97706', '#059669', '#db2777', '#7c3aed', '#0891b2'],
  ['#dc2626', '#65a30d', '#9333ea', '#b45309', '#64748b', '#0f766e'],
].flat();
const dark = [
  ['#60a5fa', '#fbbf24', '#34d399', '#f472b6', '#a78bfa', '#22d3ee'],
  ['#f87171', '#a3e635', '#c084fc', '#fb923c', '#94a3b8', '#2dd4bf'],
].flat();

const colors = (of: readonly string[]) => of.map((color, at) => `--k${at}:${color}`).join(';');

const style = `
:root{color-scheme:light dark;--back:#fff;--soft:#f4f5f7;--line:#d8dce2;--text:#16191d;--dim:#5b6470;
--good:#15803d;--goodback:#e7f6ec;--bad:#b91c1c;--badback:#fdecec;--unsure:#a16207;--unsureback:#fdf6dd;${colors(light)}}
@media (prefers-color-scheme:dark){:root{--back:#12151a;--soft:#1b2027;--line:#333a45;--text:#e7eaee;--dim:#9aa4b2;
--good:#4ade80;--goodback:#12291b;--bad:#f87171;--badback:#331719;--unsure:#facc15;--unsureback:#2e2810;${colors(dark)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1060px;padding:20px 16px 60px;background:var(--back);color:var(--text);
font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.35rem;margin:0 0 4px}h2{font-size:1.1rem;margin:32px 0 10px}
h3{font-size:.95rem;margin:16px 0 6px}
code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.dim,figcaption span{color:var(--dim)}
.verdict{border-left:6px solid;border-radius:6px;padding:10px 14px;margin:14px 0}
.verdict b{display:block;font-size:1.05rem}.verdict ul{margin:6px 0 0;padding-left:20px}
.good{border-color:var(--good);background:var(--goodback)}.good b{color:var(--good)}
.bad{border-color:var(--bad);background:var(--badback)}.bad b{color:var(--bad)}
.unsure{border-color:var(--unsure);background:var(--unsureback)}.unsure b{color:var(--unsure)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(148px,1fr));gap:10px;margin:14px 0}
.tiles div{background:var(--soft);border-radius:8px;padding:9px 12px}
.tiles .unsure{border-left:5px solid var(--unsure);background:var(--unsureback)}
.tiles b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
.tiles span{color:var(--dim);font-size:.83rem;display:block}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:14px}
figure{margin:0;padding:12px;border:1px solid var(--line);border-radius:8px;min-width:0}
figcaption b{display:block}figcaption span{display:block;font-size:.85rem;margin-bottom:4px}
svg{display:block;width:100%;height:auto}
svg text{font:12.5px system-ui,sans-serif;fill:var(--text)}
svg .t{font-size:12px;fill:var(--dim)}.e{text-anchor:end}.m{text-anchor:middle}
.g{stroke:var(--line);stroke-width:1}
.l{fill:none;stroke:var(--k);stroke-width:2;stroke-linejoin:round}.p{fill:var(--k)}
.a{fill:var(--k);fill-opacity:.82}
.bound{stroke:var(--text);stroke-width:1.2;stroke-dasharray:5 4}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px;margin:6px 0 0;padding:0;font-size:.85rem}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:5px;background:var(--k)}
.legend i.dash{background:none;border-top:2px dashed var(--text);height:0;border-radius:0;vertical-align:middle}
details{margin-top:6px}summary{cursor:pointer;color:var(--dim);font-size:.85rem}
.figures+.wide{margin-top:16px}
.wide{overflow-x:auto;max-height:420px;overflow-y:auto}.wide.all{max-height:none}
table{border-collapse:collapse;font-size:.88rem}
th,td{padding:3px 12px 3px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim)}
.numbers td,.numbers th{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.numbers td:first-child,.numbers th:first-child{text-align:left}
.numbers td.words{text-align:left;white-space:normal}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:4px 28px}
${Array.from({ length: colorCount }, (_, at) => `.k${at}{--k:var(--k${at})}`).join('')}
@media print{figure,.tiles div{break-inside:avoid}}
`;

/** @param body HTML  @param extraStyle for what this page alone has */
export function page(title: string, body: string, extraStyle = ''): string {
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>` +
    `<style>${style}${extraStyle}</style></head>\n<body>\n${body}\n</body></html>\n`
  );
}

export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Cells are text, with numbers to the right; a first column of names. */
export function htmlTable({ heads, rows }: Table, columnClass = 'numbers'): string {
  const head = heads.some((each) => each !== '')
    ? `<thead><tr>${heads.map((each) => `<th>${escapeHtml(each)}</th>`).join('')}</tr></thead>`
    : '';
  const cell = (text: string, at: number) =>
    `<td${at > 0 && /[a-z]{3} [a-z]/i.test(text) ? ' class="words"' : ''}>${escapeHtml(text)}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('');
  return `<div class="wide all"><table class="${columnClass}">${head}<tbody>${body}</tbody></table></div>`;
}

export function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;
}
