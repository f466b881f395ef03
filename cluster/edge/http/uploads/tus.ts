// The words of the tus resumable upload protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload), as this
// server speaks it: the core with the extensions creation, expiration and termination.
import { limits } from '../../../../protocol/limits.ts';
import type { Exchange } from '../api/exchange.ts';
import { Refusal } from '../api/problem.ts';

export const tusVersion = '1.0.0';
export const tusHeaders = { 'tus-resumable': tusVersion };
export const tusOptions = {
  'tus-version': tusVersion,
  'tus-extension': 'creation,expiration,termination',
  'tus-max-size': String(limits.attachmentBytesMax),
};
export const contentTypeOfPieces = 'application/offset+octet-stream';

const metadataLengthMax = 4096;

/** Every request but OPTIONS names the version it speaks. */
export function requireVersion(exchange: Exchange): void {
  if (exchange.header('tus-resumable') === tusVersion) return;
  const detail = `The request needs a header "Tus-Resumable: ${tusVersion}".`;
  throw new Refusal('invalid_request', { status: 412, detail, headers: { 'tus-version': tusVersion } });
}

/** Bytes of a new upload. */
export function readLength(exchange: Exchange): number {
  if (exchange.header('upload-defer-length') !== '') {
    const detail = 'Upload-Defer-Length is not supported: tell the length at creation.';
    throw new Refusal('invalid_request', { detail });
  }
  const length = wholeNumber(exchange, 'upload-length', 'Upload-Length');
  if (length === 0) throw new Refusal('attachment_type_refused', { detail: 'The file is empty.' });
  if (length > limits.attachmentBytesMax) {
    const detail = `A file may have at most ${limits.attachmentBytesMax} bytes.`;
    throw new Refusal('attachment_too_large', { detail });
  }
  return length;
}

export function readOffset(exchange: Exchange): number {
  return wholeNumber(exchange, 'upload-offset', 'Upload-Offset');
}

/** The pairs of an Upload-Metadata header: keys with base64 values, or with none. */
export function parseMetadata(header: string): Map<string, string> {
  const metadata = new Map<string, string>();
  if (header.length > metadataLengthMax) throw malformed(`it is longer than ${metadataLengthMax} characters`);
  for (const pair of header === '' ? [] : header.split(',')) {
    const [, key, value = ''] = /^ *([\x21-\x7e]+)(?: +([A-Za-z0-9+/]*={0,2}))? *$/.exec(pair) ?? [];
    if (key === undefined) throw malformed('a pair is not a key and a base64 value');
    if (metadata.has(key)) throw malformed(`the key ${key} is there twice`);
    metadata.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  return metadata;
}

function malformed(reason: string): Refusal {
  return new Refusal('invalid_request', { detail: `Upload-Metadata is malformed: ${reason}.` });
}

function wholeNumber(exchange: Exchange, header: string, name: string): number {
  const text = exchange.header(header);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal('invalid_request', { detail: `The header ${name} must be a whole number.` });
}
