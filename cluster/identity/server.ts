// The provider's HTTP side: a loopback port behind the gateway's reverse proxy, which passes `/oauth/*` unchanged.
// Nothing a client or a proxy says about the public address is believed: it is the configured one.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Log } from '../../actors/runtime/ports.ts';
import { ambiguityOf } from '../ambiguous-requests.ts';
import { isDatabaseAway } from '../../storage/postgres/database-away.ts';
import { isProxySecret, proxyHeader } from '../proxy-header.ts';
import { BadForm } from './forms.ts';
import { Interactions } from './interactions.ts';
import { brokenPage, expiredPage, failurePage, notFoundPage, unavailablePage } from './pages/failure.ts';
import type { Page } from './pages/page.ts';
import { PasswordsBusy } from './passwords.ts';
import { mountPath } from './provider.ts';
import { sendInKoa } from './provider-pages.ts';

const timeouts = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 65_000 };
const headerBytesMax = 16_384;
const connectionsMax = 4_096;
const retryAfterSeconds = 5;

/** For the one page of the library's own, which posts itself; the library adds its script's hash. */
const libraryPolicy = `default-src 'none'; script-src; base-uri 'none'; frame-ancestors 'none'`;

/** Parts that serve once the keys are loaded. */
export interface Services {
  readonly provider: Provider;
  readonly interactions: Interactions;
}

type KoaHandler = ReturnType<Provider['callback']>;

export class IdentityServer {
  readonly #publicUrl: URL;
  readonly #proxySecret: string;
  readonly #log: Log;
  readonly #server: Server;
  #services: { readonly interactions: Interactions; readonly koa: KoaHandler } | undefined;

  /** @param proxySecret by which requests through workers are known; empty: they come from anywhere */
  constructor(publicUrl: string, proxySecret: string, log: Log) {
    this.#publicUrl = new URL(publicUrl);
    this.#proxySecret = proxySecret;
    this.#log = log;
    this.#server = createServer({ ...timeouts, maxHeaderSize: headerBytesMax }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.maxConnections = connectionsMax;
  }

  /** Until then every request is answered with 503. */
  serve({ provider, interactions }: Services): void {
    provider.use(guard(this.#home, this.#log));
    this.#services = { interactions, koa: provider.callback() };
  }

  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Lets what is being answered finish; `force` does not. */
  close(force: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      force.addEventListener('abort', () => this.#server.closeAllConnections());
    });
  }

  get #home(): string {
    return this.#publicUrl.href;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (refusesAmbiguous(request, response)) return;
      if (!this.#admits(request)) return refuseStranger(response);
      this.#pinOrigin(request);
      const page = await this.#route(request, response);
      if (page) send(response, page);
    } catch (error) {
      this.#fail(response, error);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<Page | undefined> {
    const url = request.url ?? '';
    if (!url.startsWith(`${mountPath}/`)) return notFoundPage(this.#home);
    if (!this.#services) return unavailablePage(this.#home);
    const { interactions, koa } = this.#services;
    if (Interactions.owns(url)) return interactions.serve(request, response, this.#clientAddress(request));
    // The provider's routes have no prefix; from `originalUrl` it learns the one its own links need.
    Object.assign(request, { originalUrl: url, url: url.slice(mountPath.length) });
    await koa(request, response);
    return undefined;
  }

  /** Anybody on this machine reaches the port; workers alone have something to say there. */
  #admits(request: IncomingMessage): boolean {
    if (this.#proxySecret === '') return true;
    const presented = request.headers[proxyHeader];
    delete request.headers[proxyHeader];
    return isProxySecret(Array.isArray(presented) ? presented.join() : presented, this.#proxySecret);
  }

  /** A worker appends the address it saw, so the last entry is the only one a client cannot make up. */
  #clientAddress(request: IncomingMessage): string {
    const own = request.socket.remoteAddress ?? 'unknown';
    if (this.#proxySecret === '') return own;
    const forwarded = request.headers['x-forwarded-for'];
    const list = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
    return list.at(-1)?.trim() || own;
  }

  #pinOrigin(request: IncomingMessage): void {
    request.headers.host = this.#publicUrl.host;
    request.headers['x-forwarded-host'] = this.#publicUrl.host;
    request.headers['x-forwarded-proto'] = this.#publicUrl.protocol.slice(0, -1);
  }

  #fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    send(response, this.#pageFor(error));
  }

  #pageFor(error: unknown): Page {
    const home = this.#home;
    if (isDatabaseAway(error) || error instanceof PasswordsBusy) return unavailablePage(home);
    if (error instanceof BadForm) {
      return failurePage({
        status: error.status,
        title: 'This form was not accepted',
        text: error.message,
        home,
      });
    }
    if (error instanceof Error && error.name === 'SessionNotFound') return expiredPage(home);
    this.#log.error({ error }, 'a request failed');
    return brokenPage(home);
  }
}

/** Nothing of the provider is told. */
function refuseStranger(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' });
  response.end('This port answers the workers of its host alone.\n');
}

function send(response: ServerResponse, page: Page): void {
  response.writeHead(page.status, page.headers);
  response.end(page.body);
}

/** Around the provider's own routes: while the database is away it answers 503 in the caller's language. */
function guard(home: string, log: Log): Parameters<Provider['use']>[0] {
  return async (ctx, next) => {
    ctx.set({ 'content-security-policy': libraryPolicy, 'x-content-type-options': 'nosniff' });
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) return sendInKoa(ctx, notFoundPage(home));
      if (!ctx.state.databaseAway) return;
    } catch (error) {
      if (!isDatabaseAway(error)) {
        log.error({ error }, 'a request failed');
        return sendInKoa(ctx, brokenPage(home));
      }
    }
    if (ctx.accepts('json', 'html') === 'html') return sendInKoa(ctx, unavailablePage(home));
    ctx.status = 503;
    ctx.set({ 'retry-after': String(retryAfterSeconds), 'cache-control': 'no-store' });
    ctx.body = { error: 'temporarily_unavailable', error_description: 'try again in a few seconds' };
  };
}

/** Node joins or drops headers that came twice; as they came they are in `rawHeaders`. */
function refusesAmbiguous({ rawHeaders }: IncomingMessage, response: ServerResponse): boolean {
  const detail = ambiguityOf((visit) => {
    for (let at = 0; at < rawHeaders.length; at += 2)
      visit(rawHeaders[at]!.toLowerCase(), rawHeaders[at + 1]!);
  });
  if (detail === null) return false;
  response.writeHead(400, { 'content-type': 'text/plain', connection: 'close' });
  response.end(detail);
  return true;
}
