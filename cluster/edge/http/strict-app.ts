// An app whose routes never see a request that can be read in two ways: it is answered with 400 and its connection ends,
// since nobody can say where the next request begins.
import type {
  HttpRequest,
  HttpResponse,
  TemplatedApp,
  WebSocketBehavior,
  us_socket_context_t,
} from 'uWebSockets.js';
import type { Timers } from '../../../actors/runtime/ports.ts';
import { ambiguityOf } from '../../ambiguous-requests.ts';
import { problem, statusLine } from './api/problem.ts';

type Turns = Pick<Timers, 'afterTurn'>;
type Handler = (response: HttpResponse, request: HttpRequest) => void | Promise<void>;

const methods = new Set(['get', 'head', 'post', 'put', 'patch', 'del', 'options', 'any']);

/** Routes added to the answer are added to the app, behind the check. */
export function strictApp(app: TemplatedApp, timers: Turns): TemplatedApp {
  const strict: TemplatedApp = new Proxy(app, {
    get(target, name: keyof TemplatedApp & string) {
      if (methods.has(name))
        return (pattern: string, handler: Handler) => {
          target[name as 'any'](pattern, (response, request) => {
            if (!refuses(response, request, timers)) return handler(response, request);
          });
          return strict;
        };
      if (name === 'ws')
        return (pattern: string, behavior: WebSocketBehavior<unknown>) => {
          target.ws(pattern, strictUpgrade(behavior, timers));
          return strict;
        };
      return target[name].bind(target as never);
    },
  });
  return strict;
}

function strictUpgrade(behavior: WebSocketBehavior<unknown>, timers: Turns): WebSocketBehavior<unknown> {
  const { upgrade } = behavior;
  if (!upgrade) return behavior;
  return {
    ...behavior,
    upgrade: (response: HttpResponse, request: HttpRequest, context: us_socket_context_t) => {
      if (!refuses(response, request, timers)) return upgrade(response, request, context);
    },
  };
}

function refuses(response: HttpResponse, request: HttpRequest, timers: Turns): boolean {
  const detail = ambiguityOf((visit) => request.forEach(visit));
  if (detail === null) return false;
  let isGone = false;
  response.onAborted(() => (isGone = true));
  // In the next turn: until it is answered uWebSockets takes no other request from this connection, and cuts it when one
  // came along. An answer now would leave whatever stands behind to be read as a request.
  timers.afterTurn(() => {
    if (!isGone) response.cork(() => answer(response, detail));
  });
  return true;
}

function answer(response: HttpResponse, detail: string): void {
  const { status, headers = {}, body = '' } = problem('invalid_request', { detail });
  response.writeStatus(statusLine(status));
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
  // Says `connection: close` as well.
  response.end(body, true);
}
