// Uploads and downloads, described by hand: their protocol is tus 1.0.0, which is no frame of ours.
import { Uuid } from '../../../../../protocol/frames/fields.ts';
import { limits } from '../../../../../protocol/limits.ts';
import { exampleConversation, exampleUpload } from './examples.ts';
import type { OperationObject, Parameter } from './operations.ts';
import { everywhere, problemResponses, type Refused } from './problems.ts';
import type { JsonSchema, Components } from './schemas.ts';

const integer = (maximum = Number.MAX_SAFE_INTEGER) => ({ type: 'integer', minimum: 0, maximum });
const resumable = { 'Tus-Resumable': { schema: { const: '1.0.0' }, description: 'The version spoken.' } };
const expires = {
  'Upload-Expires': { schema: { type: 'string' }, description: 'When it is deleted, if in no message.' },
};
const offset = { 'Upload-Offset': { schema: integer(), description: 'Bytes that have come.' } };
const options = {
  description: 'What the server speaks.',
  headers: {
    ...resumable,
    'Tus-Version': { schema: { type: 'string' } },
    'Tus-Extension': { schema: { type: 'string' } },
    'Tus-Max-Size': { schema: integer() },
  },
};
const version = header('Tus-Resumable', { const: '1.0.0' }, true, 'The version you speak.');

function header(name: string, schema: JsonSchema, required: boolean, description: string): Parameter {
  const example = schema['const'] ?? schema['example'];
  return { name, in: 'header', required, schema, description, ...(example !== undefined && { example }) };
}

export function uploadPaths(components: Components): Record<string, Record<string, OperationObject>> {
  const described = new UploadDescriptions(components);
  return {
    '/v1/uploads': { post: described.create(), options: described.options('describeUploads', []) },
    '/v1/uploads/{uploadId}': {
      get: described.get(),
      head: described.head(),
      patch: described.append(),
      delete: described.abandon(),
      options: described.options('describeUpload', [{ ...described.id, schema: { type: 'string' } }]),
    },
    '/v1/conversations/{conversationId}/attachments/{uploadId}': {
      get: described.download('getAttachment', 'Fetch an attachment'),
    },
    '/v1/conversations/{conversationId}/attachments/{uploadId}/preview': {
      get: described.download('getPreview', 'Fetch the preview of a picture'),
    },
  };
}

class UploadDescriptions {
  readonly #components: Components;
  readonly id: Parameter;

  constructor(components: Components) {
    this.#components = components;
    this.id = this.#pathId('uploadId', exampleUpload);
  }

  create(): OperationObject {
    const length = header(
      'Upload-Length',
      { type: 'integer', minimum: 1, maximum: limits.attachmentBytesMax, example: 70_000 },
      true,
      'Bytes of the file.',
    );
    const metadata = header(
      'Upload-Metadata',
      { type: 'string', pattern: '^filename [A-Za-z0-9+/]*={0,2}$', example: 'filename cGhvdG8ucG5n' },
      false,
      'The name of the file in base64.',
    );
    return this.#operation({
      operationId: 'createUpload',
      summary: 'Begin an upload',
      description:
        'Its content follows with PATCH, in as many pieces as you like; then name its id in a message.',
      parameters: [version, length, metadata],
      success: {
        '201': {
          description: 'Created.',
          headers: {
            Location: { schema: { type: 'string' }, description: 'Where the content goes.' },
            ...resumable,
            ...offset,
            ...expires,
          },
        },
      },
      refusals: [
        'invalid_request',
        ['invalid_request', 412],
        'attachment_too_large',
        'attachment_type_refused',
        'upload_quota_exceeded',
      ],
    });
  }

  append(): OperationObject {
    return this.#operation({
      operationId: 'appendToUpload',
      summary: 'Send content',
      description:
        'From the offset on at which the upload stands. The last piece is answered once the file is checked.',
      parameters: [
        this.id,
        version,
        header('Upload-Offset', { ...integer(), example: 0 }, true, 'Where it goes on.'),
      ],
      body: { 'application/offset+octet-stream': { schema: { type: 'string', format: 'binary' } } },
      success: { '204': { description: 'Stored.', headers: { ...resumable, ...offset, ...expires } } },
      refusals: [
        'invalid_request',
        ['invalid_request', 412],
        ['invalid_request', 415],
        'upload_not_found',
        'upload_offset_mismatch',
        'upload_too_fragmented',
        'attachment_too_large',
        'attachment_type_refused',
      ],
    });
  }

  head(): OperationObject {
    const length = { 'Upload-Length': { schema: integer(), description: 'Bytes of the file.' } };
    // An answer to HEAD has no content, so its refusals are statuses alone.
    const refused = Object.fromEntries(
      ['401', '404', '412', '500', '503'].map((status) => [
        status,
        { description: 'As for GET, without content.' },
      ]),
    );
    return {
      operationId: 'getUploadOffset',
      summary: 'Ask how much of an upload has come',
      tags: ['Attachments'],
      parameters: [this.id, version],
      responses: {
        '200': {
          description: 'Where it stands.',
          headers: { ...resumable, ...offset, ...length, ...expires },
        },
        ...refused,
      },
    };
  }

  get(): OperationObject {
    return this.#operation({
      operationId: 'getUpload',
      summary: 'See what became of an upload',
      parameters: [this.id],
      success: {
        '200': {
          description: 'The upload.',
          content: {
            'application/json': { schema: this.#components.component('Upload', () => this.#upload()) },
          },
        },
      },
      refusals: ['upload_not_found', 'attachment_type_refused', 'attachment_too_large'],
    });
  }

  abandon(): OperationObject {
    return this.#operation({
      operationId: 'deleteUpload',
      summary: 'Delete an upload that is in no message',
      parameters: [this.id, version],
      success: { '204': { description: 'Done.', headers: resumable } },
      refusals: [['invalid_request', 412], 'upload_not_found', 'upload_already_attached'],
    });
  }

  options(operationId: string, parameters: readonly Parameter[]): OperationObject {
    const summary = 'Ask what the server speaks';
    const responses = { '204': options };
    const said = parameters.length > 0 && { parameters };
    return { operationId, summary, tags: ['Attachments'], ...said, responses, security: [] };
  }

  download(operationId: string, summary: string): OperationObject {
    const tag = { ETag: { schema: { type: 'string' } } };
    const content = { '*/*': { schema: { type: 'string', format: 'binary' } } };
    return this.#operation({
      operationId,
      summary,
      description: 'For members, as long as they are. Ranges are possible.',
      parameters: [
        this.#pathId('conversationId', exampleConversation),
        this.id,
        header('Range', { type: 'string' }, false, 'A part of it, such as `bytes=0-1023`.'),
        header('If-None-Match', { type: 'string' }, false, 'The ETag that you have.'),
      ],
      success: {
        '200': { description: 'The content.', headers: tag, content },
        '206': { description: 'The part of it.', headers: tag, content },
        '304': { description: 'It is as you have it.', headers: tag },
      },
      refusals: ['upload_not_found', ['invalid_request', 416]],
    });
  }

  #operation({
    refusals,
    body,
    success,
    ...rest
  }: {
    operationId: string;
    summary: string;
    description?: string;
    parameters: readonly Parameter[];
    body?: JsonSchema;
    success: Record<string, JsonSchema>;
    refusals: readonly Refused[];
  }): OperationObject {
    return {
      ...rest,
      tags: ['Attachments'],
      ...(body && { requestBody: { required: true, content: body } }),
      responses: { ...success, ...problemResponses(this.#components, [...refusals, ...everywhere]) },
    };
  }

  #pathId(name: string, example: string): Parameter {
    return { name, in: 'path', required: true, schema: this.#components.of(Uuid), example };
  }

  #upload(): JsonSchema {
    const pixels = { type: ['integer', 'null'], minimum: 0 };
    return {
      type: 'object',
      properties: {
        id: this.#components.of(Uuid),
        name: { type: 'string' },
        bytes: integer(),
        received: { ...integer(), description: 'Bytes that have come.' },
        type: {
          type: ['string', 'null'],
          description: 'The media type, told from the content; null until it is.',
        },
        width: { ...pixels, description: 'Of a picture, else 0.' },
        height: pixels,
        status: { enum: ['uploading', 'ready', 'refused'] },
        expiresAtMs: integer(),
      },
      required: ['id', 'name', 'bytes', 'received', 'type', 'width', 'height', 'status', 'expiresAtMs'],
    };
  }
}
