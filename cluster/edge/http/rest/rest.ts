// The REST API: each operation of the table becomes a route that checks who asks, takes a token from the same budgets
// as the socket, hands the frame to the same handlers, and answers with JSON. Nothing here knows a single operation.
import type { TemplatedApp } from 'uWebSockets.js';
import type { Clock, Log } from '../../../../actors/runtime/ports.ts';
import { KeyMaker } from '../../../../protocol/ids.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { Authenticator, Identity } from '../../gateway/authenticator.ts';
import type { Profiles } from '../../gateway/profiles.ts';
import type { Requests } from '../../gateway/requests.ts';
import type { Caller } from '../../gateway/requests/handler.ts';
import type { ClientAddresses } from '../../../addresses.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { LimitKind } from '../../limits/rates.ts';
import { payAnswer, payRequest } from '../../limits/request-kinds.ts';
import { authenticate } from '../api/bearer.ts';
import type { CrossOrigin } from '../api/cross-origin.ts';
import type { Exchange } from '../api/exchange.ts';
import { Refusal, type Answer } from '../api/problem.ts';
import type { RequestBody } from '../api/request-body.ts';
import { Routes, type Handler, type Method } from '../api/routes.ts';
import { answerOf } from './answer.ts';
import { attachDocumentation } from './documentation.ts';
import { Elsewhere } from './elsewhere.ts';
import { RestMetrics } from './metrics.ts';
import { buildDocument } from './openapi.ts';
import type { Operation, RestMethod } from './operation.ts';
import { readRequest } from './request.ts';
import { operations } from './routes.ts';

export interface RestOptions {
  readonly authenticator: Authenticator;
  readonly requests: Requests;
  readonly profiles: Profiles;
  readonly limiter: Limiter<LimitKind>;
  readonly addresses: ClientAddresses;
  readonly crossOrigin: CrossOrigin;
  readonly clock: Clock;
  readonly log: Log;
  /** The origin of the built-in sign-in; null: tokens come from outside issuers only. */
  readonly signInUrl: string | null;
}

const busyRetryAfterMs = 500;
/** No user has this id, so nobody is taken for a member. */
const nobody: Caller = {
  userId: '00000000-0000-0000-0000-000000000000',
  sessionId: null,
  isExternal: false,
  socket: null,
};
const uwsMethods: Readonly<Record<RestMethod, Method>> = {
  get: 'get',
  post: 'post',
  put: 'put',
  delete: 'del',
};

export class Rest {
  readonly #options: RestOptions;
  readonly #keys: KeyMaker;
  /** Requests under way, by user, or by address where nobody is signed in. */
  readonly #underWay = new Map<string, number>();
  readonly metrics = new RestMetrics();

  constructor(options: RestOptions) {
    this.#options = options;
    this.#keys = new KeyMaker(() => options.clock.now());
  }

  attach(app: TemplatedApp): void {
    const { log, signInUrl, crossOrigin } = this.#options;
    const headers = { 'x-content-type-options': 'nosniff' };
    const routes = new Routes(app, { log, headers, crossOrigin });
    for (const operation of operations) {
      const pattern = operation.path.replace(/\{(\w+)\}/g, ':$1');
      const handler: Handler = (exchange, body) => this.#run(operation, exchange, body);
      routes.on(uwsMethods[operation.method], pattern, handler);
      if (operation.method === 'get') routes.on('head', pattern, handler);
    }
    const document = buildDocument(signInUrl);
    attachDocumentation(routes, document);
    new Elsewhere(document).attach(routes);
  }

  async #run(operation: Operation, exchange: Exchange, body: RequestBody): Promise<Answer | null> {
    const { clock } = this.#options;
    const startedMs = clock.monotonicMs();
    const count = (status: number | 'aborted') =>
      this.metrics.count(operation.operationId, status, clock.monotonicMs() - startedMs);
    exchange.whenAnswered(count);
    exchange.whenAborted(() => count('aborted'));
    if (operation.open) return this.#runOpen(operation, exchange, body);
    const { userId, sessionId, isExternal } = await this.#authenticate(exchange);
    const retryAfterMs = payRequest(this.#options.limiter, operation.opcode, userId);
    if (retryAfterMs > 0) throw new Refusal('rate_limited', { retryAfterMs });
    return this.#bounded(userId, () =>
      this.#handle(operation, { userId, sessionId, isExternal, socket: null }, exchange, body),
    );
  }

  /** For who need not say who they are: their address stands for them. */
  async #runOpen(operation: Operation, exchange: Exchange, body: RequestBody): Promise<Answer | null> {
    const address = this.#addressOf(exchange);
    const retryAfterMs = address === null ? 0 : this.#options.limiter.take('glimpses', address);
    if (retryAfterMs > 0) throw new Refusal('rate_limited', { retryAfterMs });
    return this.#bounded(`address ${address}`, () => this.#handle(operation, nobody, exchange, body));
  }

  async #handle(
    operation: Operation,
    caller: Caller,
    exchange: Exchange,
    body: RequestBody,
  ): Promise<Answer | null> {
    const request = await readRequest(operation, exchange, body, () => this.#keys.next());
    if (!request) return null;
    const answer = await this.#options.requests.handle(caller, request.frame);
    if (answer.kind === 'frame') {
      const told = answerOf(operation, request.asked, answer.frame, exchange);
      payAnswer(this.#options.limiter, told.body?.length ?? 0, caller.userId);
      return told;
    }
    const { code, retryAfterMs } = answer.error;
    throw new Refusal(code, retryAfterMs === null ? {} : { retryAfterMs });
  }

  /** A refused token counts against the address, as it does when a socket brings it (ACC-6). */
  async #authenticate(exchange: Exchange): Promise<Identity> {
    const { authenticator, limiter, profiles } = this.#options;
    const address = this.#addressOf(exchange);
    const retryAfterMs = address === null ? 0 : limiter.check('refusedHellos', address);
    if (retryAfterMs > 0) throw new Refusal('rate_limited', { retryAfterMs });
    try {
      const identity = await authenticate(exchange, authenticator);
      // Someone of an outside issuer may come here first, and has no row before they are greeted.
      if (identity.isExternal) await profiles.greet(identity);
      return identity;
    } catch (error) {
      const refused = error instanceof Refusal && error.code === 'unauthenticated';
      if (refused && address !== null) limiter.take('refusedHellos', address);
      throw error;
    }
  }

  #addressOf(exchange: Exchange): string | null {
    return this.#options.addresses.subjectOf(exchange.peer, exchange.header('x-forwarded-for'));
  }

  async #bounded<Result>(subject: string, run: () => Promise<Result>): Promise<Result> {
    const mine = this.#underWay.get(subject) ?? 0;
    if (mine >= limits.requestsInFlightMax)
      throw new Refusal('overloaded', { retryAfterMs: busyRetryAfterMs });
    this.#underWay.set(subject, mine + 1);
    try {
      return await run();
    } finally {
      const left = this.#underWay.get(subject)! - 1;
      if (left > 0) this.#underWay.set(subject, left);
      else this.#underWay.delete(subject);
    }
  }
}
