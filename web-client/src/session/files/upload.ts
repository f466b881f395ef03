// One file to the server, by tus 1.0.0 (https://tus.io/protocols/resumable-upload): announced, then sent in one piece.
// When the connection breaks, what has arrived counts and the rest follows. XMLHttpRequest, since fetch does not tell
// how far a request has come.
import { authorizedFetch, FileError, type TokenSource } from './server-files.ts';

export interface UploadOptions {
  readonly token: TokenSource;
  readonly signal: AbortSignal;
  /** @param part from 0 to 1 */
  readonly onProgress: (part: number) => void;
}

const tus = { 'tus-resumable': '1.0.0' };
const attemptsMax = 5;
const pauseMs = 1_000;

/** Answers the upload's id, ready to be named in a request. Rejects with FileError, or with the signal's reason. */
export async function upload(file: File, options: UploadOptions): Promise<string> {
  const { signal } = options;
  const url = await announce(file, options);
  for (let attempt = 1; ; attempt++) {
    try {
      const offset = attempt === 1 ? 0 : await offsetOf(url, options);
      if (offset < file.size) await sendFrom(url, file, offset, options);
      return uploadIdOf(url);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // A conflict says that another part has arrived than we thought: ask, and go on from there.
      if (error instanceof FileError && error.status < 500 && error.status !== 409) throw error;
      if (attempt === attemptsMax) throw new Error('The upload does not come through. Please try again.');
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
    }
  }
}

/** Answers where the content goes. */
export async function announce(file: File, { token, signal }: UploadOptions): Promise<string> {
  const metadata = `filename ${base64(file.name)}`;
  const headers = { ...tus, 'upload-length': String(file.size), 'upload-metadata': metadata };
  const created = await authorizedFetch(token, '/v1/uploads', { method: 'POST', headers, signal });
  return created.headers.get('location') ?? '';
}

export function uploadIdOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** How much of it has arrived. */
export async function offsetOf(url: string, { token, signal }: UploadOptions): Promise<number> {
  const response = await authorizedFetch(token, url, { method: 'HEAD', headers: tus, signal });
  return Number(response.headers.get('upload-offset'));
}

/** Sends the rest; the answer comes once the content was looked into. */
export async function sendFrom(
  url: string,
  file: File,
  offset: number,
  options: UploadOptions,
): Promise<void> {
  const { token, signal, onProgress } = options;
  const request = new XMLHttpRequest();
  const ended = Promise.withResolvers<void>();
  request.open('PATCH', url);
  const headers = {
    ...tus,
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  };
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.setRequestHeader('authorization', `Bearer ${await token(false)}`);
  request.upload.onprogress = ({ loaded }) => onProgress(Math.min(1, (offset + loaded) / file.size));
  request.onload = () => (request.status < 300 ? ended.resolve() : ended.reject(refusalOf(request)));
  request.onerror = () => ended.reject(new TypeError('The connection broke.'));
  request.onabort = () => ended.reject(signal.reason as Error);
  const abort = () => request.abort();
  signal.addEventListener('abort', abort);
  try {
    request.send(file.slice(offset));
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function refusalOf({ status, responseText }: XMLHttpRequest): FileError {
  try {
    return new FileError(String((JSON.parse(responseText) as { code?: unknown }).code), status);
  } catch {
    return new FileError('', status);
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
