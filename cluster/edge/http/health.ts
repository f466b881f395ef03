// Liveness and readiness. Live: the process answers. Ready: it can serve; the answer names what is missing. Shards whose
// journal is damaged wait for an operator while the others are served: that is told, and no reason to leave a process out.
import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';

export interface Health {
  /** Parts that stand in the way of serving; empty when ready. */
  readonly missing: readonly string[];
  /** Journals that lost acknowledged records and wait for an operator. */
  readonly damaged: readonly string[];
}
export type Readiness = () => Health;

export const healthAnswer = { status: 'ok' };

export function readinessAnswer(readiness: Readiness): Health & { readonly ready: boolean } {
  const health = readiness();
  return { ready: health.missing.length === 0, ...health };
}

export function attachHealth(app: TemplatedApp, readiness: Readiness): void {
  app.get('/healthz', (response) => sendJson(response, '200 OK', healthAnswer));
  app.get('/readyz', (response) => {
    const answer = readinessAnswer(readiness);
    sendJson(response, answer.ready ? '200 OK' : '503 Service Unavailable', answer);
  });
}

function sendJson(response: HttpResponse, status: string, value: unknown): void {
  response
    .writeStatus(status)
    .writeHeader('content-type', 'application/json')
    .writeHeader('cache-control', 'no-store')
    .end(JSON.stringify(value));
}
