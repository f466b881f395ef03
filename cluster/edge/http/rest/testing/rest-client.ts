// The REST API as another implementer's client would use it: fetch and JSON, nothing of the SDK. Whatever is refused
// must be a problem with a code of the protocol.
import assert from 'node:assert/strict';
import { errorCodes } from '../../../../../protocol/errors.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read whatever JSON there is
  readonly json: any;
}

interface Target {
  readonly url: string;
  readonly issuer: { token(subject: string): Promise<string> };
}

export class RestClient {
  readonly #url: string;
  readonly #token: string | null;

  constructor(url: string, token: string | null) {
    this.#url = url;
    this.#token = token;
  }

  static async of(target: Target, subject: string): Promise<RestClient> {
    return new RestClient(target.url, await target.issuer.token(subject));
  }

  get(path: string, headers: Record<string, string> = {}): Promise<RestAnswer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<RestAnswer> {
    return this.send('POST', path, body, headers);
  }

  put(path: string, body?: unknown): Promise<RestAnswer> {
    return this.send('PUT', path, body);
  }

  delete(path: string): Promise<RestAnswer> {
    return this.send('DELETE', path);
  }

  send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.raw(method, path, body === undefined ? undefined : JSON.stringify(body), {
      ...json,
      ...headers,
    });
  }

  async raw(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | undefined,
    headers: Record<string, string>,
  ): Promise<RestAnswer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { ...(this.#token !== null && { authorization: `Bearer ${this.#token}` }), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    const json: unknown = type.includes('json') && text !== '' ? JSON.parse(text) : text;
    const { status } = answer;
    if (status >= 400 && method !== 'HEAD') checkProblem(status, type, json);
    return { status, headers: answer.headers, json };
  }
}

function checkProblem(status: number, type: string, json: unknown): void {
  assert.equal(type, 'application/problem+json', `${status} ${JSON.stringify(json)}`);
  const problem = json as { type: string; status: number; code: string; detail: string };
  assert.ok(Object.hasOwn(errorCodes, problem.code), problem.code);
  assert.deepEqual([problem.type, problem.status], [`urn:skein:error:${problem.code}`, status]);
  assert.ok(problem.detail.length > 0);
}

/** Asserts that an answer is this refusal. */
export function refused({ status, json }: RestAnswer, expected: number, code: string, detail?: RegExp): void {
  assert.deepEqual([status, json.code], [expected, code], JSON.stringify(json));
  if (detail) assert.match(json.detail as string, detail);
}
