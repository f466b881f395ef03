// One operation on the documentation page: what it takes, what it answers, what it refuses, and how curl says it.
import { html, type Html } from '../../html.ts';
import type { OpenApiDocument } from '../openapi.ts';
import type { OperationObject, Parameter } from '../openapi/operations.ts';
import type { JsonSchema } from '../openapi/schemas.ts';
import { fieldsTable, typeOf } from './schemas.ts';
import { table } from './table.ts';
import { inline, pretty } from './text.ts';

/** An operation of the document, and where it stands. */
export interface Located {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

export function renderOperation(document: OpenApiDocument, located: Located): Html {
  const { method, path, operation } = located;
  const { operationId, summary, description, parameters = [], responses } = operation;
  return html`<article aria-labelledby="${operationId}">
    <h3 id="${operationId}"><a href="#${operationId}">${summary}</a></h3>
    <p class="address"><b>${method.toUpperCase()}</b> <code>${path}</code></p>
    ${description !== undefined && html`<p>${inline(description)}</p>`}
    ${parameters.length > 0 && parametersTable(parameters)} ${body(document, operation)}
    ${Object.entries(responses).map(([status, response]) => answer(status, response))}
    ${refusals(document, responses)}
    <h4>With curl</h4>
    <pre tabindex="0"><code>${curl(located)}</code></pre>
  </article>`;
}

function parametersTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(({ name, in: place, required, schema, description = '' }) => ({
    heading: html`<code>${name}</code>`,
    cells: [place, typeOf(schema), required ? 'required' : 'optional', inline(description)],
  }));
  return html`<h4>Parameters</h4>
    ${table(['Name', 'In', 'Type', 'Needed', 'Meaning'], rows)}`;
}

function body({ components }: OpenApiDocument, operation: OperationObject): Html | false {
  const [type, content] = contentOf(operation.requestBody) ?? [];
  if (type === undefined || !content) return false;
  const schema = content['schema'] as JsonSchema;
  const name = String(schema['$ref'] ?? '')
    .split('/')
    .at(-1)!;
  const known = components.schemas[name];
  return html`<h4>Body, <code>${type}</code></h4>
    ${known && fieldsTable(known)} ${content['example'] !== undefined && pretty(content['example'])}`;
}

/** An answer that is no refusal. */
function answer(status: string, response: JsonSchema): Html | typeof nothing {
  if (Number(status) >= 400) return nothing;
  const [type, content] = contentOf(response) ?? [];
  const schema = content?.['schema'] as JsonSchema | undefined;
  const headers = Object.entries((response['headers'] ?? {}) as Record<string, JsonSchema>);
  return html`<h4>Answer ${status}</h4>
    <p>
      ${schema ? html`${typeOf(schema)} as <code>${type}</code>` : inline(String(response['description']))}
    </p>
    ${
      headers.length > 0 &&
      html`<ul>
        ${headers.map(
          ([name, { description = '' }]) =>
            html`<li><code>${name}</code>: ${inline(String(description))}</li>`,
        )}
      </ul>`
    }
    ${content?.['example'] !== undefined && pretty(content['example'])}`;
}

const nothing = html``;

function refusals({ components }: OpenApiDocument, responses: OperationObject['responses']): Html | false {
  const refused = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  if (refused.length === 0) return false;
  const items = refused.map(([status, response]) => {
    const shared = components.responses[String(response['$ref']).split('/').at(-1)!];
    const { description } = shared ?? response;
    return html`<li><b>${status}</b> ${inline(String(description))}</li>`;
  });
  return html`<details>
    <summary>Refusals</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function contentOf(holder: JsonSchema | undefined): [string, JsonSchema] | undefined {
  return Object.entries((holder?.['content'] ?? {}) as Record<string, JsonSchema>)[0];
}

function curl({ method, path, operation }: Located): string {
  const { parameters = [], requestBody, security } = operation;
  const example = (name: string) => parameters.find((each) => each.name === name)?.example ?? name;
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(example(name))));
  const needed = (place: string) => parameters.filter((each) => each.in === place && each.required);
  const query = needed('query').map(({ name }) => `${name}=${encodeURIComponent(String(example(name)))}`);
  const [type, content] = contentOf(requestBody) ?? [];
  const how = method === 'head' ? '--head' : `-X ${method.toUpperCase()}`;
  const lines = [
    `curl ${how} "$SKEIN${address}${query.length > 0 ? `?${query.join('&')}` : ''}"`,
    ...(security ? [] : [`-H "Authorization: Bearer $TOKEN"`]),
    ...needed('header').map(({ name }) => `-H '${name}: ${String(example(name))}'`),
    ...(type === undefined ? [] : [`-H 'Content-Type: ${type}'`]),
    ...(content?.['example'] === undefined ? [] : [`-d '${JSON.stringify(content['example'])}'`]),
    ...(content && content['example'] === undefined ? ['--data-binary @file'] : []),
  ];
  return lines.join(' \\\n  ');
}
