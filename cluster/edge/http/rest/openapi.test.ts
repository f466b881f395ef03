// The description of the API: complete, sound in itself, and true to the protocol.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '../../../../protocol/errors.ts';
import { ClientFrame } from '../../../../protocol/frames/client-frames.ts';
import { checkClientFrame } from '../../../../protocol/validate.ts';
import { renderDocs } from './docs/page.ts';
import { fromJson, placesOf } from './json.ts';
import { buildDocument } from './openapi.ts';
import { exampleOf } from './openapi/examples.ts';
import { askedFields, frameSchemaOf, hasBody, pathFields, pathNames, type JsonObject } from './operation.ts';
import { needsSocket, operations } from './routes.ts';

const document = buildDocument('https://chat.example.org');
const located = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

/** Every object within, with where it is. */
function* objectsIn(value: unknown, at = '#'): Generator<[string, JsonObject]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as JsonObject];
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${name}`);
}

function resolve(ref: string): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, name) => (value as JsonObject | undefined)?.[name], document);
}

void test('every request of the protocol is an operation, or is known to need a socket', () => {
  const opcodes = ClientFrame.anyOf.map((schema) => schema.items[0].const as number).sort((a, b) => a - b);
  const covered = new Set<number>([...operations.map(({ opcode }) => opcode), ...needsSocket]);
  assert.deepEqual(
    [...covered].sort((a, b) => a - b),
    opcodes,
  );
  for (const { opcode } of operations) assert.ok(!needsSocket.includes(opcode), `${opcode}`);
});

void test('the table says every field of a frame exactly once, and nothing that is none', () => {
  for (const operation of operations) {
    const fields = placesOf(frameSchemaOf(operation)).map(({ name }) => name);
    const said = [
      'opcode',
      'requestId',
      ...pathNames(operation.path),
      ...Object.keys(operation.fixed ?? {}),
      ...(operation.paged ? ['direction', 'seq'] : []),
      ...askedFields(operation).map(({ name }) => name),
    ];
    assert.deepEqual(said.sort(), fields.sort(), operation.operationId);
    for (const name of Object.keys(operation.defaults ?? {})) assert.ok(fields.includes(name), name);
    // Query strings carry neither arrays nor null.
    if (!hasBody(operation))
      for (const { schema } of askedFields(operation)) assert.notEqual(schema['type'], 'array');
  }
});

void test('what may be left out has a default that the frame allows, and so is every example', () => {
  for (const operation of operations) {
    const asked = askedFields(operation).map(({ name, schema }) => [name, exampleOf(schema, name)]);
    const path = pathFields(operation).map(({ name, schema }) => [name, exampleOf(schema, name)]);
    const direction = operation.paged ? { direction: 'before', seq: 1 } : {};
    const fixed = { ...operation.fixed, ...direction };
    const examples = { ...Object.fromEntries([...path, ...asked]), ...fixed } as JsonObject;
    for (const fields of [examples, { ...examples, ...operation.defaults }] as JsonObject[]) {
      const frame = placesOf(frameSchemaOf(operation)).map(({ name, schema }) => {
        if (name === 'opcode') return operation.opcode;
        return name === 'requestId' ? 0 : fromJson(schema, fields[name]);
      });
      assert.ok(checkClientFrame(frame).ok, `${operation.operationId}: ${JSON.stringify(frame)}`);
    }
  }
});

void test('the document is OpenAPI 3.1: references resolve, names are unique, answers are described', () => {
  assert.match(document.openapi, /^3\.1\./);
  assert.ok(document.info.title && document.info.version);
  for (const [at, object] of objectsIn(document)) {
    const ref: unknown = object['$ref'];
    if (typeof ref === 'string') assert.ok(resolve(ref), `${at}: ${ref} is nowhere`);
  }
  const ids = located.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  const tags = document.tags.map(({ name }) => name);
  for (const { path, method, operation } of located) {
    const about = `${method} ${path}`;
    assert.ok(operation.tags.length === 1 && tags.includes(operation.tags[0]!), about);
    assert.match(Object.keys(operation.responses).join(), /\b2\d\d\b/, about);
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.match(status, /^[2-5]\d\d$/);
      const described = (response['$ref'] ? resolve(String(response['$ref'])) : response) as JsonObject;
      assert.ok(typeof described['description'] === 'string', `${about} ${status}`);
    }
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    assert.deepEqual(
      inPath.map(({ name }) => name),
      pathNames(path),
      about,
    );
    assert.ok(inPath.every(({ required }) => required));
  }
});

void test('no path stands in the way of another: where two could match, they differ in a fixed word', () => {
  const shapes = Object.keys(document.paths).map((path) => path.split('/'));
  for (const one of shapes)
    for (const other of shapes) {
      if (one === other || one.length !== other.length) continue;
      const differ = one.some(
        (part, at) => !part.startsWith('{') && !other[at]!.startsWith('{') && part !== other[at],
      );
      assert.ok(differ, `${one.join('/')} and ${other.join('/')}`);
    }
});

void test('schemas say what the protocol’s do', () => {
  const { schemas } = document.components;
  assert.deepEqual(Object.keys(schemas['SendBody']!['properties'] as object), [
    'key',
    'body',
    'prev',
    'replyTo',
    'mentions',
    'attachmentIds',
  ]);
  assert.deepEqual(schemas['SendBody']!['required'], ['body']);
  assert.equal(schemas['SendBody']!['additionalProperties'], false);
  const { discriminator, oneOf } = schemas['ConversationEvent'] as JsonObject;
  assert.equal(discriminator.propertyName, 'type');
  assert.equal(Object.keys(discriminator.mapping).length, oneOf.length);
  assert.equal(discriminator.mapping.tombstone, '#/components/schemas/Tombstone');
  assert.deepEqual(schemas['Role'], {
    type: 'string',
    enum: ['member', 'admin'],
    description: 'What a member of a group may do.',
  });
  assert.deepEqual((schemas['Problem'] as JsonObject)['properties'].code.enum, Object.keys(errorCodes));
});

void test('sign-in is described where there is one', () => {
  assert.deepEqual(Object.keys(document.components.securitySchemes), ['bearer', 'oauth']);
  const oauth = document.components.securitySchemes['oauth'] as JsonObject;
  assert.equal(oauth['flows'].authorizationCode.tokenUrl, 'https://chat.example.org/oauth/token');
  assert.deepEqual(Object.keys(buildDocument(null).components.securitySchemes), ['bearer']);
  const open = located
    .filter(({ operation }) => operation.security)
    .map(({ operation }) => operation.operationId);
  assert.deepEqual(open, [
    'glimpseInvitation',
    'describeUploads',
    'describeUpload',
    'getDocument',
    'getDocs',
  ]);
});

void test('the page for people names every operation, schema and error, and asks for nothing from anywhere', () => {
  const { body, headers } = renderDocs(document);
  const ids = Array.from(body.matchAll(/ id="([^"]+)"/g), ([, id]) => id!);
  assert.equal(new Set(ids).size, ids.length);
  for (const { operation } of located) assert.ok(ids.includes(operation.operationId), operation.operationId);
  for (const name of Object.keys(document.components.schemas))
    assert.ok(ids.includes(`schema-${name}`), name);
  for (const code of Object.keys(errorCodes)) assert.ok(ids.includes(`error-${code}`), code);
  for (const [, target] of body.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(target!), target);
  // Its one script is named by its hash, and may ask for nothing.
  assert.equal(body.split('<script').length, 2);
  assert.ok(!/<link|<img| src=|https?:\/\/(?!chat\.example)/.test(body));
  assert.match(
    headers['content-security-policy']!,
    /default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-/,
  );
  assert.ok(body.includes('curl -X POST'));
});
