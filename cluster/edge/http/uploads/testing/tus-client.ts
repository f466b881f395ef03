// Speaks tus and plain HTTP to a test cluster as another implementer's client would, each request on a connection of
// its own, so that any worker may get it.
import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON. */
  json(): Record<string, unknown>;
}

/** The part of a cluster that it needs. */
interface Target {
  readonly url: string;
  readonly issuer: { token(subject: string): Promise<string> };
}

const version = { 'tus-resumable': '1.0.0' };

export class TusClient {
  readonly #target: Target;
  readonly #token: string;

  private constructor(target: Target, token: string) {
    this.#target = target;
    this.#token = token;
  }

  static async of(target: Target, subject: string): Promise<TusClient> {
    return new TusClient(target, await target.issuer.token(subject));
  }

  /** An open request; the caller writes the body, or cuts it off. */
  open(method: string, path: string, headers: Record<string, string>): ClientRequest {
    const authorization = `Bearer ${this.#token}`;
    return httpRequest(new URL(path, this.#target.url), {
      method,
      agent: false,
      headers: { authorization, ...headers },
    });
  }

  ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Uint8Array,
  ): Promise<HttpAnswer> {
    const request = this.open(method, path, {
      ...headers,
      ...(body && { 'content-length': String(body.byteLength) }),
    });
    const answer = answerOf(request);
    request.end(body);
    return answer;
  }

  create(length: number, name = 'file.bin'): Promise<HttpAnswer> {
    const metadata = `filename ${Buffer.from(name).toString('base64')}`;
    return this.ask('POST', '/v1/uploads', {
      ...version,
      'upload-length': String(length),
      'upload-metadata': metadata,
    });
  }

  /** The address of a new upload. */
  async created(length: number, name?: string): Promise<string> {
    const answer = await this.create(length, name);
    if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${answer.body.toString()}`);
    return answer.headers.location!;
  }

  patch(
    location: string,
    offset: number,
    content: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    return this.ask('PATCH', location, { ...patchHeaders(offset), ...headers }, content);
  }

  head(location: string): Promise<HttpAnswer> {
    return this.ask('HEAD', location, version);
  }

  delete(location: string): Promise<HttpAnswer> {
    return this.ask('DELETE', location, version);
  }

  /** Everything in one request; answers what the server makes of it. */
  async upload(
    content: Uint8Array,
    name?: string,
  ): Promise<{ location: string; id: string; answer: HttpAnswer }> {
    const location = await this.created(content.byteLength, name);
    const answer = await this.patch(location, 0, content);
    return { location, id: location.split('/').at(-1)!, answer };
  }
}

export function patchHeaders(offset: number): Record<string, string> {
  return { ...version, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) };
}

export function answerOf(request: ClientRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.toArray().then((chunks) => {
        const body = Buffer.concat(chunks as Buffer[]);
        const json = () => JSON.parse(body.toString()) as Record<string, unknown>;
        resolve({ status: response.statusCode!, headers: response.headers, body, json });
      }, reject);
    });
  });
}
