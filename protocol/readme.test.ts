// The specification beside this file is what other implementers have: it must say what the code does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { afterClose, closeCodes } from './close-codes.ts';
import { decode, encode } from './codec/codec.ts';
import { errorCodes } from './errors.ts';
import { ClientFrame } from './frames/client-frames.ts';
import { ServerFrame } from './frames/server-frames.ts';
import { limits } from './limits.ts';
import { opcodes } from './opcodes.ts';
import { protocolVersion, schemaHash } from './version.ts';

const text = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');

/** Every name that a place in a frame has. */
const fieldNames = new Set(
  [...JSON.stringify([ClientFrame, ServerFrame]).matchAll(/"names":\[([^\]]*)\]/g)].flatMap(
    ([, names]) => JSON.parse(`[${names}]`) as string[],
  ),
);

/** The rows of the table that begins with these columns. */
function table(...columns: string[]): string[][] {
  const lines = text.split('\n');
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const head = lines.findIndex((line) => line.startsWith(`| ${columns.join(' | ')} |`));
  assert.ok(head >= 0, `there is no table of ${columns.join(', ')}`);
  const end = lines.findIndex((line, at) => at > head && !line.startsWith('|'));
  return lines.slice(head + 2, end).map(cells);
}

void test('version and schema hash are the present ones', () => {
  assert.match(
    text,
    new RegExp(`Protocol version \\*\\*${protocolVersion}\\*\\*, schema hash \`${schemaHash}\``),
  );
});

void test('every opcode is there under its name and number', () => {
  const written = table('opcode', 'frame', 'fields after the opcode').map(([opcode, name]) => [
    name,
    Number(opcode),
  ]);
  assert.deepEqual(written, Object.entries(opcodes));
});

void test('every frame has as many fields as its schema, and requests name an answer', () => {
  const schemas = [...ClientFrame.anyOf, ...ServerFrame.anyOf];
  for (const [opcode, name, fields, answer] of table('opcode', 'frame', 'fields after the opcode')) {
    const schema = schemas.find(({ items }) => items[0].const === Number(opcode));
    assert.equal(fields!.split(', ').length, schema!.items.length - 1, `${name}: ${fields}`);
    assert.equal(answer! in opcodes, Number(opcode) < 64, `${name} is answered by ${answer || 'nothing'}`);
  }
});

void test('every field that a client sends has a row that tells its type', () => {
  const explained = table('field', 'type and bounds').flatMap(([names]) =>
    names!.replace(/ \(.*\)/, '').split(', '),
  );
  for (const [opcode, , fields] of table('opcode', 'frame', 'fields after the opcode')) {
    if (Number(opcode) >= 64) continue;
    for (const field of fields!.split(', ')) assert.ok(explained.includes(field), field);
  }
});

void test('every error code is there with its message and whether to repeat', () => {
  const written = table('code', 'retryable', 'message').map(([code, retryable, message]) => {
    assert.ok(retryable === 'yes' || retryable === 'no');
    return [code, { retryable: retryable === 'yes', message }];
  });
  assert.deepEqual(written, Object.entries(errorCodes));
});

void test('every close code is there, and the ranges are those of the client', () => {
  const written = table('code', 'name', 'why').map(([code, name]) => [name, Number(code)]);
  assert.deepEqual(written, Object.entries(closeCodes));
  const [, stop, again, resume] =
    /\*\*4000–(\d+)\*\* stop[^]*\*\*4100–(\d+)\*\* get a fresh[^]*\*\*4200–(\d+),/.exec(text)!;
  assert.deepEqual(
    [stop, again, resume].map((last) => afterClose(Number(last))),
    ['stop', 'authenticate', 'reconnect'],
  );
});

void test('every limit is there with its value, and every limit that is mentioned exists', () => {
  const written = table('name', 'value', 'meaning').map(([name, value]) => [name, Number(value)]);
  assert.deepEqual(written, Object.entries(limits));
  for (const [, name] of text.matchAll(/`(\w+(?:Max|Min|Ms|PerSecond|Burst))`/g)) {
    assert.ok(name! in limits || fieldNames.has(name!), name);
  }
});

void test('every example is the bytes it says, in both directions', () => {
  const examples = [...text.matchAll(/```frame\n(.*)\n([0-9a-f]+)\n```/g)];
  assert.ok(examples.length >= 10);
  for (const [, json, hex] of examples) {
    const frame = JSON.parse(json!) as unknown[];
    assert.equal(Buffer.from(encode(frame)).toString('hex'), hex, json);
    assert.deepEqual(decode(Buffer.from(hex!, 'hex')), frame, json);
  }
});

void test('every link within the document leads somewhere', () => {
  const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(anchors.includes(anchor!), anchor);
});
