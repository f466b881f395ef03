// The documentation page: made from the OpenAPI document once, when the server starts. One HTML document with
// a script for its search alone, and without a request to anywhere, so that it is readable wherever the server is.
import { createHash } from 'node:crypto';
import { errorCodes } from '../../../../../protocol/errors.ts';
import { Html, html } from '../../html.ts';
import { statusOfCode } from '../../api/problem.ts';
import type { OpenApiDocument } from '../openapi.ts';
import { renderOperation, type Located } from './operations.ts';
import { renderSchemas } from './schemas.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import { inline } from './text.ts';

export interface DocsPage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Built apart from the template: what the policy admits is its text to the last space. */
const styleElement = new Html(`<style>${style}</style>`);
const styleHash = createHash('sha256').update(style).digest('base64');
const scriptElement = new Html(`<script>${script}</script>`);
const scriptHash = createHash('sha256').update(script).digest('base64');
const search = html`<p class="search">
  <label for="search">Search</label>
  <input id="search" type="search" autocomplete="off" placeholder="A path, a field, a code" />
  <output for="search"></output>
</p>`;

export function renderDocs(document: OpenApiDocument): DocsPage {
  const located = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Located => ({ method, path, operation })),
  );
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>REST API · Skein</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${styleElement}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <div class="columns">
          <nav aria-label="Operations">
            <details open>
              <summary>Operations</summary>
              ${contents(document, located)}
            </details>
          </nav>
          <main id="main">
            ${search} ${introduction(document)} ${document.tags.map((tag) => section(document, tag, located))}
            ${errors()} ${renderSchemas(document.components.schemas)}
          </main>
        </div>
        ${scriptElement}
      </body>
    </html> `;
  return {
    body: page.text,
    headers: {
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
    },
  };
}

function contents({ tags }: OpenApiDocument, located: readonly Located[]): Html[] {
  const lists = tags.map(({ name }) => {
    const items = ofTag(located, name).map(
      ({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`,
    );
    return html`<h2><a href="#tag-${name}">${name}</a></h2>
      <ul>
        ${items}
      </ul>`;
  });
  const rest = html`<h2><a href="#errors">Errors</a></h2>
    <h2><a href="#schemas">Schemas</a></h2>`;
  return [...lists, rest];
}

function introduction({ info, components }: OpenApiDocument): Html {
  const schemes = Object.entries(components.securitySchemes).map(([name, scheme]) => {
    return html`<li><b>${name}</b>: ${inline(String(scheme['description']))}</li>`;
  });
  return html`<header>
      <h1>Skein REST API</h1>
      <p>${inline(info.description)}</p>
      <p>Version ${info.version}. The same for programs: <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p>
    </header>
    <section aria-labelledby="access">
      <h2 id="access">Access</h2>
      <p>Every request but those for this description carries an access token:</p>
      <pre><code>Authorization: Bearer &lt;access token&gt;</code></pre>
      <ul>
        ${schemes}
      </ul>
    </section>`;
}

function section(
  document: OpenApiDocument,
  { name, description }: { name: string; description: string },
  located: readonly Located[],
): Html {
  return html`<section aria-labelledby="tag-${name}">
    <h2 id="tag-${name}">${name}</h2>
    <p>${description}</p>
    ${ofTag(located, name).map((each) => renderOperation(document, each))}
  </section>`;
}

function ofTag(located: readonly Located[], name: string): Located[] {
  return located.filter(({ operation }) => operation.tags.includes(name));
}

function errors(): Html {
  const rows = Object.entries(errorCodes).map(([code, { message, retryable }]) => ({
    id: `error-${code}`,
    heading: html`<code>${code}</code>`,
    cells: [statusOfCode(code as keyof typeof errorCodes), retryable ? 'yes' : 'no', message],
  }));
  return html`<section aria-labelledby="errors">
    <h2 id="errors">Errors</h2>
    <p>
      A refused request is answered with a problem (RFC 9457), <code>application/problem+json</code>; see
      <a href="#schema-Problem">Problem</a>. Act on its <code>code</code>.
    </p>
    ${table(['Code', 'Status', 'Worth repeating', 'Meaning'], rows, 'All codes')}
  </section>`;
}
