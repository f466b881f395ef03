// Routes with asynchronous handlers: a handler returns its answer or throws; whatever it throws becomes a problem that
// says what to do, and only what nobody foresaw is logged.
import { StoreBusy } from '../../../../actors/runtime/reply.ts';
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { Log } from '../../../../actors/runtime/ports.ts';
import { isWithoutRoom } from '../../../../storage/disk/without-room.ts';
import { isDatabaseAway } from '../../../../storage/postgres/database-away.ts';
import type { CrossOrigin } from './cross-origin.ts';
import { Exchange } from './exchange.ts';
import { problem, Refusal, type Answer } from './problem.ts';
import { RequestBody } from './request-body.ts';

/** `any` takes what no route of the request's own method takes. */
export type Method = 'get' | 'head' | 'post' | 'patch' | 'put' | 'del' | 'options' | 'any';

/** Null: the handler has answered by itself. */
export type Handler = (exchange: Exchange, body: RequestBody) => Promise<Answer | null>;

export interface RouteOptions {
  readonly log: Log;
  /** Headers of every answer of these routes, refusals too. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Pages of other origins that may read them; none unless given. */
  readonly crossOrigin?: CrossOrigin;
}

export class Routes {
  readonly #app: TemplatedApp;
  readonly #options: RouteOptions;

  constructor(app: TemplatedApp, options: RouteOptions) {
    this.#app = app;
    this.#options = options;
  }

  /** @param pattern as uWebSockets takes it: `/v1/things/:id` */
  on(method: Method, pattern: string, handler: Handler): this {
    const parameterNames = pattern.split('/:').length - 1;
    this.#app[method](pattern, (response: HttpResponse, request: HttpRequest) => {
      const exchange = new Exchange(response, request, parameterNames);
      void this.#run(exchange, new RequestBody(response, exchange), handler);
    });
    return this;
  }

  async #run(exchange: Exchange, body: RequestBody, handler: Handler): Promise<void> {
    const { crossOrigin } = this.#options;
    if (crossOrigin) exchange.addHeaders(crossOrigin.headersFor(exchange));
    const answer = crossOrigin?.preflight(exchange) ?? (await this.#handle(exchange, body, handler));
    // The rest of the body is read and dropped, or the connection could not carry the next request.
    body.discard();
    if (answer) exchange.answer({ ...answer, headers: { ...this.#options.headers, ...answer.headers } });
  }

  async #handle(exchange: Exchange, body: RequestBody, handler: Handler): Promise<Answer | null> {
    try {
      return await handler(exchange, body);
    } catch (error) {
      return this.#problemOf(exchange, error);
    }
  }

  #problemOf(exchange: Exchange, error: unknown): Answer {
    if (error instanceof Refusal) return problem(error.code, error.details);
    if (error instanceof StoreBusy) return problem('overloaded');
    if (isWithoutRoom(error)) return problem('storage_full');
    if (isDatabaseAway(error)) return problem('unavailable');
    this.#options.log.error({ method: exchange.method, err: error }, 'a request over HTTP failed');
    return problem('internal');
  }
}
