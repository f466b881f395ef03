// Requests below /v1 that match no operation: the wrong method for a path that is, which is told the right ones, and
// paths that are not. Without this the web client would answer, which takes every path for one of its own.
import type { Exchange } from '../api/exchange.ts';
import { Refusal, type Answer } from '../api/problem.ts';
import type { Method, Routes } from '../api/routes.ts';
import type { OpenApiDocument } from './openapi.ts';

/** uWebSockets asks the routes of a method before those of any: each needs its own. */
const methods: readonly Method[] = ['get', 'head', 'post', 'put', 'patch', 'del', 'options', 'any'];

export class Elsewhere {
  readonly #paths: readonly { segments: readonly string[]; allow: string }[];

  constructor({ paths }: OpenApiDocument) {
    this.#paths = Object.entries(paths).map(([path, item]) => {
      const names = Object.keys(item).map((method) => method.toUpperCase());
      if (names.includes('GET') && !names.includes('HEAD')) names.push('HEAD');
      return { segments: path.split('/'), allow: names.join(', ') };
    });
  }

  attach(routes: Routes): void {
    for (const method of methods) {
      routes.on(method, '/v1', (exchange) => this.#answer(exchange));
      routes.on(method, '/v1/*', (exchange) => this.#answer(exchange));
    }
  }

  #answer({ path, method }: Exchange): Promise<Answer> {
    const segments = path.split('/');
    const known = this.#paths.find((each) => matches(each.segments, segments));
    if (!known) {
      const detail = 'There is nothing at this path. /v1/docs says what there is.';
      throw new Refusal('invalid_request', { status: 404, detail });
    }
    const { allow } = known;
    const detail = `${method.toUpperCase().slice(0, 20)} is not possible here; ${allow} is.`;
    throw new Refusal('invalid_request', { status: 405, detail, headers: { allow } });
  }
}

function matches(template: readonly string[], segments: readonly string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]));
}
