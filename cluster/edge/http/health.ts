// Liveness and readiness. Live: the process answers. Ready: it can serve; the answer names what is missing.
import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';

/** Parts that stand in the way of serving; empty when ready. */
export type Readiness = () => string[];

export const healthAnswer = { status: 'ok' };

export function readinessAnswer(readiness: Readiness): { ready: boolean; missing: string[] } {
  const missing = readiness();
  return { ready: missing.length === 0, missing };
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
