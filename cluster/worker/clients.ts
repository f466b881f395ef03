// A worker's side towards clients: the gateway, and the port that it shares with health, sign-in and the web client.
import { App, type us_listen_socket } from 'uWebSockets.js';
import type pg from 'pg';
import type { Log } from '../../actors/runtime/ports.ts';
import { ConversationLister } from '../../storage/postgres/conversation-list.ts';
import { Directory } from '../../storage/postgres/directory.ts';
import type { ClusterConfig } from '../config.ts';
import { Authenticator, type AuthenticatorOptions } from '../gateway/authenticator.ts';
import { Following } from '../gateway/following.ts';
import { Gateway } from '../gateway/gateway.ts';
import { Greeting } from '../gateway/greeting.ts';
import { Profiles } from '../gateway/profiles.ts';
import { Requests } from '../gateway/requests.ts';
import { attachHealth, type Readiness } from '../http/health.ts';
import { attachReverseProxy } from '../http/reverse-proxy.ts';
import { attachStaticFiles } from '../http/static-files.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';
import type { Router } from '../routing/router.ts';
import { systemClock as clock, systemTimers as timers } from '../system-ports.ts';

export interface ClientsOptions {
  readonly pool: pg.Pool;
  readonly config: ClusterConfig;
  readonly router: Router;
  readonly watch: ShardMapWatch;
  readonly log: Log;
}

export interface Clients {
  readonly gateway: Gateway;
  readonly greeting: Greeting;
  readonly following: Following;
}

export function buildGateway({ pool, config, router, watch, log }: ClientsOptions): Clients {
  const following = new Following({ router, watch, clock, timers, log });
  const profiles = new Profiles(new Directory(pool), clock);
  const greeting = new Greeting(new Authenticator(issuersOf(config)), profiles, clock, log);
  const requests = new Requests({ router, following, profiles, lister: new ConversationLister(pool), clock });
  const { socketsMax } = config;
  const gateway = new Gateway({ greeting, requests, following, socketsMax, clock, timers, log });
  return { gateway, greeting, following };
}

export function serveClients(
  gateway: Gateway,
  config: ClusterConfig,
  readiness: Readiness,
  log: Log,
): Promise<us_listen_socket> {
  const app = App();
  gateway.attach(app);
  attachHealth(app, readiness);
  if (config.identityPort > 0)
    attachReverseProxy(app, '/oauth', `http://127.0.0.1:${config.identityPort}`, log);
  attachStaticFiles(app, config.webDir);
  const { listenHost, listenPort } = config;
  return new Promise((resolve, reject) => {
    app.listen(listenHost, listenPort, (socket) => {
      if (socket) resolve(socket);
      else
        reject(new Error(`${listenHost}:${listenPort} cannot be listened on; is another program using it?`));
    });
  });
}

function issuersOf({ identityPort, publicUrl, issuers }: ClusterConfig): AuthenticatorOptions {
  const jwksUrl = `http://127.0.0.1:${identityPort}/oauth/jwks`;
  return {
    builtIn: identityPort > 0 ? { issuer: `${publicUrl}/oauth`, jwksUrl } : null,
    externalIssuers: issuers,
  };
}
