import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../protocol/limits.ts';
import type { Exchange } from '../api/exchange.ts';
import { Refusal } from '../api/problem.ts';
import { parseMetadata, readLength, readOffset, requireVersion } from './tus.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const exchange = (headers: Record<string, string>) =>
  ({ header: (name: string) => headers[name] ?? '' }) as unknown as Exchange;

function refusal(run: () => unknown): [code: string, status: number | undefined] {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.details.status];
    throw error;
  }
  throw new Error('was not refused');
}

void test('[MSG-7] metadata are keys with base64 values, or with none', () => {
  const header = `filename ${base64('Zwei Wörter.png')},filetype ${base64('image/png')}, is_confidential`;
  assert.deepEqual(Object.fromEntries(parseMetadata(header)), {
    filename: 'Zwei Wörter.png',
    filetype: 'image/png',
    is_confidential: '',
  });
  assert.equal(parseMetadata('').size, 0);
});

void test('[MSG-7] malformed metadata are refused', () => {
  for (const header of [
    ',',
    'filename a b',
    'filename !!',
    'a YQ==,a YQ==',
    `a ${'x'.repeat(5000)}`,
    'né YQ==',
  ]) {
    assert.deepEqual(
      refusal(() => parseMetadata(header)),
      ['invalid_request', undefined],
      header,
    );
  }
});

void test('[MSG-7] a length is a whole number within the limit, told at creation', () => {
  const length = (text: string) => readLength(exchange({ 'upload-length': text }));
  assert.equal(length('1'), 1);
  assert.equal(length(String(limits.attachmentBytesMax)), limits.attachmentBytesMax);
  assert.deepEqual(
    refusal(() => length(String(limits.attachmentBytesMax + 1))),
    ['attachment_too_large', undefined],
  );
  assert.deepEqual(
    refusal(() => length('0')),
    ['attachment_type_refused', undefined],
  );
  for (const text of ['', '-1', '1.5', '1e3', '0x10', ' 1', '99999999999999999999']) {
    assert.deepEqual(
      refusal(() => length(text)),
      ['invalid_request', undefined],
      text,
    );
  }
  const deferred = exchange({ 'upload-defer-length': '1' });
  assert.deepEqual(
    refusal(() => readLength(deferred)),
    ['invalid_request', undefined],
  );
});

void test('an offset is a whole number', () => {
  assert.equal(readOffset(exchange({ 'upload-offset': '0' })), 0);
  assert.deepEqual(
    refusal(() => readOffset(exchange({}))),
    ['invalid_request', undefined],
  );
});

void test('another version of tus is answered with 412', () => {
  requireVersion(exchange({ 'tus-resumable': '1.0.0' }));
  for (const version of ['', '0.2.2', '1.0']) {
    assert.deepEqual(
      refusal(() => requireVersion(exchange({ 'tus-resumable': version }))),
      ['invalid_request', 412],
    );
  }
});
