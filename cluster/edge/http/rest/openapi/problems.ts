// How an operation's refusals are described: by their statuses, each with the codes that it stands for.
import { errorCodes, type ErrorCode } from '../../../../../protocol/errors.ts';
import { statusOfCode } from '../../api/problem.ts';
import type { JsonSchema, Components } from './schemas.ts';

/** A code with the status that it has here, where it is not the code's own. */
export type Refused = ErrorCode | readonly [ErrorCode, status: number];

/** Refusals that any operation may answer. */
export const everywhere: readonly Refused[] = [
  'unauthenticated',
  'rate_limited',
  'internal',
  'overloaded',
  'unavailable',
  'timeout',
  'storage_full',
];

/** Statuses that mean the same wherever they are answered are described once, under these names. */
const shared: Readonly<Record<string, string>> = {
  '401 unauthenticated': 'Unauthenticated',
  '413 invalid_request': 'BodyTooLarge',
  '415 invalid_request': 'NotJson',
  '429 rate_limited': 'RateLimited',
  '500 internal': 'Internal',
  '503 overloaded unavailable timeout': 'Unavailable',
  '507 storage_full': 'StorageFull',
};

export function problemSchema(): JsonSchema {
  return {
    type: 'object',
    description: 'Why a request was refused (RFC 9457). Programs act on `code`; the rest is for people.',
    properties: {
      type: { type: 'string', format: 'uri', pattern: '^urn:skein:error:' },
      title: { type: 'string', description: 'What the code means.' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      code: { type: 'string', enum: Object.keys(errorCodes) },
      detail: { type: 'string', description: 'What exactly is wrong, as with the name of a field.' },
      retryAfterMs: {
        type: ['integer', 'null'],
        minimum: 0,
        description: 'When the same request may succeed; null: it never will.',
      },
    },
    required: ['type', 'title', 'status', 'code', 'detail', 'retryAfterMs'],
  };
}

export function problemResponses(
  components: Components,
  refusals: readonly Refused[],
): Record<string, JsonSchema> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const refused of refusals) {
    const [code, status] = typeof refused === 'string' ? [refused, statusOfCode(refused)] : refused;
    const codes = byStatus.get(status) ?? [];
    if (!codes.includes(code)) byStatus.set(status, [...codes, code]);
  }
  const statuses = [...byStatus].sort(([one], [other]) => one - other);
  return Object.fromEntries(
    statuses.map(([status, codes]) => {
      const described = response(components, status, codes);
      const name = shared[[status, ...codes].join(' ')];
      return [String(status), name === undefined ? described : components.response(name, described)];
    }),
  );
}

function response(components: Components, status: number, codes: readonly ErrorCode[]): JsonSchema {
  const problem = components.component('Problem', problemSchema);
  const headers = headersOf(status);
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code].message}`).join(' '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: {
      'application/problem+json': {
        schema: { allOf: [problem, { properties: { status: { const: status }, code: { enum: codes } } }] },
        example: exampleProblem(status, codes[0]!),
      },
    },
  };
}

function headersOf(status: number): JsonSchema {
  if (status === 401)
    return { 'WWW-Authenticate': { schema: { type: 'string' }, description: 'The challenge (RFC 6750).' } };
  const seconds = { schema: { type: 'integer', minimum: 1 }, description: 'Seconds to wait.' };
  return [429, 500, 503, 507].includes(status) ? { 'Retry-After': seconds } : {};
}

function exampleProblem(status: number, code: ErrorCode) {
  const { retryable, message: title } = errorCodes[code];
  const retryAfterMs = retryable ? 1_000 : null;
  return { type: `urn:skein:error:${code}`, title, status, code, detail: title, retryAfterMs };
}
