// Schemas on the documentation page: a type in a few words, the fields of an object as a table.
import { html, type Html } from '../../html.ts';
import type { JsonSchema } from '../openapi/schemas.ts';
import { table } from './table.ts';
import { inline, pretty } from './text.ts';

/** A schema in a few words, with links to those that have a name. */
export function typeOf(schema: JsonSchema): Html {
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    const name = ref.split('/').at(-1)!;
    return html`<a href="#schema-${name}">${name}</a>${defaultOf(schema)}`;
  }
  const variants = (schema['oneOf'] ?? schema['anyOf']) as JsonSchema[] | undefined;
  if (variants) {
    const parts = variants.map((variant, at) => html`${at > 0 && ' or '}${typeOf(variant)}`);
    return html`${parts}${defaultOf(schema)}`;
  }
  if (schema['const'] !== undefined) return html`<code>${JSON.stringify(schema['const'])}</code>`;
  if (schema['enum']) return html`${words(schema['enum'] as unknown[])}${defaultOf(schema)}`;
  if (schema['type'] === 'array')
    return html`array of ${typeOf(schema['items'] as JsonSchema)}${bounds(schema)}`;
  const type = schema['type'] as string | string[] | undefined;
  return html`${Array.isArray(type) ? type.join(' or ') : (type ?? 'anything')}${bounds(schema)}`;
}

export function fieldsTable(schema: JsonSchema): Html {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as string[];
  const rows = fields.map(([name, field]) => ({
    heading: html`<code>${name}</code>`,
    cells: [
      typeOf(field),
      required.includes(name) ? 'required' : 'optional',
      inline(String(field['description'] ?? '')),
    ],
  }));
  return table(['Field', 'Type', 'Needed', 'Meaning'], rows);
}

export function renderSchemas(schemas: Readonly<Record<string, JsonSchema>>): Html {
  return html`<section aria-labelledby="schemas">
    <h2 id="schemas">Schemas</h2>
    ${Object.entries(schemas).map(([name, schema]) => renderSchema(name, schema))}
  </section>`;
}

function renderSchema(name: string, schema: JsonSchema): Html {
  const { description, examples } = schema as { description?: string; examples?: unknown[] };
  return html`<article aria-labelledby="schema-${name}">
    <h3 id="schema-${name}"><a href="#schema-${name}">${name}</a></h3>
    ${description !== undefined && html`<p>${inline(description)}</p>`}
    ${schema['type'] === 'object' ? fieldsTable(schema) : html`<p>${typeOf(schema)}</p>`}
    ${examples !== undefined && pretty(examples[0])}
  </article>`;
}

function words(values: readonly unknown[]): Html {
  const parts = values.map((value, at) => html`${at > 0 && ', '}<code>${String(value)}</code>`);
  return html`one of ${parts}`;
}

const shown = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'format'];

function bounds(schema: JsonSchema): Html {
  const parts = shown
    .filter((name) => schema[name] !== undefined && schema[name] !== Number.MAX_SAFE_INTEGER)
    .map((name) => `${name} ${String(schema[name])}`);
  return html`${parts.length > 0 && ` (${parts.join(', ')})`}${defaultOf(schema)}`;
}

function defaultOf(schema: JsonSchema): Html {
  return schema['default'] === undefined
    ? html``
    : html`, default <code>${JSON.stringify(schema['default'])}</code>`;
}
