// The constructors of the schemas, as TypeBox's: plain data under its symbol. Its own would bring the whole library
// along to whoever needs the names and places alone, such as a browser; what checks values (validate.ts) is TypeBox.
import type { Type as TypeBox } from '@sinclair/typebox';

const kind = Symbol.for('TypeBox.Kind');

type Constructors =
  'Array' | 'Boolean' | 'Integer' | 'Literal' | 'Null' | 'String' | 'Tuple' | 'Uint8Array' | 'Union';

function scalar(name: string, type: string) {
  return (options?: object) => ({ ...options, [kind]: name, type });
}

export const Type = {
  Array: (items: object, options?: object) => ({ ...options, [kind]: 'Array', type: 'array', items }),
  Boolean: scalar('Boolean', 'boolean'),
  Integer: scalar('Integer', 'integer'),
  Literal: (value: unknown, options?: object) => ({
    ...options,
    [kind]: 'Literal',
    const: value,
    type: typeof value,
  }),
  Null: scalar('Null', 'null'),
  String: scalar('String', 'string'),
  Tuple: (items: readonly object[], options?: object) => ({
    ...options,
    [kind]: 'Tuple',
    type: 'array',
    items,
    additionalItems: false,
    minItems: items.length,
    maxItems: items.length,
  }),
  Uint8Array: scalar('Uint8Array', 'Uint8Array'),
  Union: (variants: readonly object[], options?: object) => ({
    ...options,
    [kind]: 'Union',
    anyOf: variants,
  }),
} as unknown as Pick<typeof TypeBox, Constructors>;
