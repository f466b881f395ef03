// Requests to the server besides the socket: files go up and down over HTTP, with the same token.
import { errorCodes, type ErrorCode } from '../../../../protocol/errors.ts';

export type TokenSource = (stale: boolean) => Promise<string>;

/** A refusal, in the protocol's words. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number) {
    super(
      Object.hasOwn(errorCodes, code)
        ? errorCodes[code as ErrorCode].message
        : 'The server did not take the file. Please try again.',
    );
    this.code = code;
    this.status = status;
  }
}

/** Fetches with the token, and once more with a fresh one when it was refused. Rejects with FileError or TypeError. */
export async function authorizedFetch(
  token: TokenSource,
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  for (const stale of [false, true]) {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await token(stale)}`);
    const response = await fetch(url, { ...init, headers });
    if (response.ok) return response;
    if (response.status !== 401 || stale) throw await fileErrorOf(response);
  }
  throw new FileError('unauthenticated', 401);
}

async function fileErrorOf(response: Response): Promise<FileError> {
  const problem = (await response.json().catch(() => null)) as { code?: unknown } | null;
  return new FileError(typeof problem?.code === 'string' ? problem.code : '', response.status);
}
