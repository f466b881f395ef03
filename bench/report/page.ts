// The page that reports are: one file that loads nothing. React writes the HTML, so that nothing in a result can become
// a part of the page.
import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Figure } from './figures.ts';

const style = `
body{margin:0 auto;max-width:1060px;padding:20px 16px 60px;background:#fff;color:#16191d;font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.35rem}h2{font-size:1.1rem;margin-top:32px}code,pre{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.dim,figcaption{color:#5b6470}.verdict{border-left:6px solid;padding:6px 14px}
.good{border-color:#15803d}.bad{border-color:#b91c1c}.unsure{border-color:#a16207}
.tiles{display:flex;flex-wrap:wrap;gap:8px}.tiles div{padding:8px 12px;background:#f4f5f7}.tiles .unsure{border-left:5px solid}
.tiles b,.tiles span{display:block}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:14px}
figure{margin:0}svg{max-width:100%;height:auto}.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.88rem}th,td{padding:3px 12px 3px 0;text-align:left;border-bottom:1px solid #d8dce2}
`;

/** A whole HTML document. */
export function page(title: string, ...body: ReactNode[]): string {
  const head = h(
    'head',
    null,
    h('meta', { charSet: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', null, title),
    h('style', { dangerouslySetInnerHTML: { __html: style } }),
  );
  return `<!doctype html>\n${renderToStaticMarkup(h('html', { lang: 'en' }, head, h('body', null, ...body)))}\n`;
}

export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Nothing for a table without rows. */
export function table({ heads, rows }: Table): ReactNode {
  if (rows.length === 0) return null;
  const line = (tag: 'td' | 'th', cells: readonly string[], key: number) =>
    h('tr', { key }, ...cells.map((cell, at) => h(tag, { key: at }, cell)));
  const head = heads.some((each) => each !== '') ? h('thead', null, line('th', heads, 0)) : null;
  const body = h('tbody', null, ...rows.map((row, at) => line('td', row, at)));
  return h('div', { className: 'wide' }, h('table', null, head, body));
}

/** Nothing for a section without content. */
export function section(title: string, ...content: ReactNode[]): ReactNode {
  const shown = content.filter((each) => each !== null && !(Array.isArray(each) && each.length === 0));
  return shown.length === 0 ? null : h('section', null, h('h2', null, title), ...shown);
}

export function figures(drawn: readonly Figure[]): ReactNode {
  if (drawn.length === 0) return null;
  const figure = ({ title, about, svg }: Figure) =>
    h(
      'figure',
      { key: title },
      h('figcaption', null, h('b', null, title), ' ', about),
      h('div', {
        role: 'img',
        'aria-label': `${title}: ${about}`,
        // Comes from the plotting library, which escapes the names in it.
        dangerouslySetInnerHTML: { __html: svg },
      }),
    );
  return h('div', { className: 'figures' }, ...drawn.map(figure));
}
