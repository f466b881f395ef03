// Forms posted by browsers: bounded, and only from our own pages.
import type { IncomingMessage } from 'node:http';

const bodyBytesMax = 16_384;

/** The request cannot be read as one of our forms; the status says why. */
export class BadForm extends Error {
  override readonly name = 'BadForm';
  readonly status: 400 | 403 | 413 | 415;

  constructor(status: 400 | 403 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

export async function readForm(request: IncomingMessage, origin: string): Promise<URLSearchParams> {
  refuseOtherOrigins(request, origin);
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new BadForm(415, 'Send this form as a browser does.');
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax)
    throw new BadForm(413, 'This form is too long.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new BadForm(413, 'This form is too long.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/**
 * Browsers name the origin of every POST. The interaction's cookie is SameSite, so a form elsewhere would arrive
 * without it anyway; this refuses such a form before it costs anything.
 */
function refuseOtherOrigins(request: IncomingMessage, origin: string): void {
  const from = request.headers.origin;
  const site = request.headers['sec-fetch-site'];
  const foreign = from === undefined ? site !== undefined && site !== 'same-origin' : from !== origin;
  if (foreign) throw new BadForm(403, 'This form was sent from another site.');
}
