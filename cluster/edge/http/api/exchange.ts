// One HTTP request and its answer, made safe for asynchronous handlers: everything of the request is read while
// uWebSockets allows it, and nothing is written to a response that was aborted or answered, which would throw.
import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { statusLine, type Answer } from './problem.ts';

export class Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The address at the other end of the connection, which may be a proxy's. */
  readonly peer: string;
  readonly #headers = new Map<string, string>();
  readonly #parameters: readonly string[];
  readonly #response: HttpResponse;
  readonly #added: Record<string, string> = {};
  readonly #whenAborted: (() => void)[] = [];
  readonly #whenAnswered: ((status: number) => void)[] = [];
  #state: 'open' | 'answered' | 'aborted' = 'open';

  /** @param parameterNames those of the route's pattern */
  constructor(response: HttpResponse, request: HttpRequest, parameterNames: number) {
    this.#response = response;
    this.method = request.getMethod();
    this.path = request.getUrl();
    this.query = new URLSearchParams(request.getQuery());
    this.peer = Buffer.from(response.getRemoteAddressAsText()).toString();
    this.#parameters = Array.from({ length: parameterNames }, (_, at) => request.getParameter(at) ?? '');
    request.forEach((name, value) => this.#headers.set(name, value));
    response.onAborted(() => {
      this.#state = 'aborted';
      for (const run of this.#whenAborted) run();
    });
  }

  /** The connection is gone; nobody reads an answer. */
  get aborted(): boolean {
    return this.#state === 'aborted';
  }

  get answered(): boolean {
    return this.#state !== 'open';
  }

  /** Empty when there is none. */
  header(name: string): string {
    return this.#headers.get(name) ?? '';
  }

  /** The value at this place of the route's pattern, percent-encoded as it came; empty for any other place. */
  parameter(at: number): string {
    return this.#parameters[at] ?? '';
  }

  /** Headers of the answer, whoever writes it. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    Object.assign(this.#added, headers);
  }

  whenAborted(run: () => void): void {
    this.#whenAborted.push(run);
  }

  /** Of answers that are written as a whole. */
  whenAnswered(run: (status: number) => void): void {
    this.#whenAnswered.push(run);
  }

  /** Writes the whole answer; does nothing when there is one already, or nobody waits for it. */
  answer({ status, headers = {}, body = '' }: Answer): void {
    this.write((response) => {
      this.#state = 'answered';
      writeHead(response, status, joined(this.#added, headers));
      if (this.method === 'head' || status === 204 || status === 304) response.endWithoutBody();
      else response.end(body);
      for (const run of this.#whenAnswered) run(status);
    });
  }

  /** Begins an answer whose body the caller streams; `sent` must follow once it is complete. */
  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.write((response) => writeHead(response, status, joined(this.#added, headers)));
  }

  sent(): void {
    if (this.#state === 'open') this.#state = 'answered';
  }

  /** Ends the connection in the middle of an answer that cannot be completed. */
  cutOff(): void {
    if (this.#state === 'open') this.#response.close();
  }

  /** Runs with the response, corked, while it may be written to. */
  write(run: (response: HttpResponse) => void): void {
    if (this.#state !== 'open') return;
    this.#response.cork(() => run(this.#response));
  }
}

type Headers = Readonly<Record<string, string>>;

/** An answer may vary by more than one header (RFC 9110, 12.5.5). */
function joined(added: Headers, own: Headers): Headers {
  const vary = [own['vary'], added['vary']].filter(Boolean).join(', ');
  return { ...added, ...own, ...(vary !== '' && { vary }) };
}

function writeHead(response: HttpResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeStatus(statusLine(status));
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
}
