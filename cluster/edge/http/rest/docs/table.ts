// Tables on the documentation page: the first cell of each row is its heading.
import { html, type Html } from '../../html.ts';

export interface Row {
  readonly id?: string;
  readonly heading: Html;
  readonly cells: readonly (Html | string | number)[];
}

export function table(columns: readonly string[], rows: readonly Row[], caption?: string): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      ${
        caption !== undefined &&
        html`<caption>
          ${caption}
        </caption>`
      }
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(renderRow)}
      </tbody>
    </table>
  </div>`;
}

function renderRow({ id, heading, cells }: Row): Html {
  const all = html`<th scope="row">${heading}</th>
    ${cells.map((cell) => html`<td>${cell}</td>`)}`;
  return id === undefined
    ? html`<tr>
        ${all}
      </tr>`
    : html`<tr id="${id}">
        ${all}
      </tr>`;
}
