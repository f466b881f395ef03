// The two operations that describe the others. Anybody may read them.
import type { OperationObject } from './operations.ts';

const tag = { ETag: { schema: { type: 'string' }, description: 'Names this very content.' } };
const unchanged = { '304': { description: 'It is as you have it.', headers: tag } };
const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The ETag that you have.',
} as const;

export function documentationPaths(): Record<string, Record<string, OperationObject>> {
  const page = (operationId: string, summary: string, type: string, schema: object): OperationObject => ({
    operationId,
    summary,
    tags: ['Documentation'],
    parameters: [ifNoneMatch],
    responses: {
      '200': { description: summary, headers: tag, content: { [type]: { schema } } },
      ...unchanged,
    },
    security: [],
  });
  return {
    '/v1/openapi.json': {
      get: page('getDocument', 'This API in OpenAPI 3.1', 'application/json', { type: 'object' }),
    },
    '/v1/docs': { get: page('getDocs', 'This API for people', 'text/html', { type: 'string' }) },
  };
}
