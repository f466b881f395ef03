// Pages of other origins that may use the API (CORS, Fetch standard 3.2). They bring a token; cookies are never taken.
import type { Exchange } from './exchange.ts';
import type { Answer } from './problem.ts';

const preflightSeconds = '7200';
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** Names of headers, and nothing else that could end a header. */
const headerNames = /^[\w-]+( *, *[\w-]+)*$/;

export class CrossOrigin {
  readonly #origins: ReadonlySet<string>;

  /** @param origins such as `https://app.example.org`; `*` means all */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
  }

  /** Headers of every answer to this request; none unless its origin may read it. */
  headersFor(exchange: Exchange): Readonly<Record<string, string>> {
    const origin = exchange.header('origin');
    if (this.#origins.size === 0 || origin === '') return {};
    const vary = { vary: 'origin' };
    if (!this.#origins.has('*') && !this.#origins.has(origin)) return vary;
    return { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': '*' };
  }

  /** Answer to a browser that asks before the request itself; null: it is no such question, or of a stranger. */
  preflight(exchange: Exchange): Answer | null {
    const isAsked = exchange.method === 'options' && exchange.header('access-control-request-method') !== '';
    const common = this.headersFor(exchange);
    if (!isAsked || !('access-control-allow-origin' in common)) return null;
    const wanted = exchange.header('access-control-request-headers');
    const headers = {
      'access-control-allow-methods': methods,
      ...(headerNames.test(wanted) && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': preflightSeconds,
    };
    return { status: 204, headers };
  }
}
