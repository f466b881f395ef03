// Metrics and health of one process, for operators: on loopback, apart from the public port.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { healthAnswer, readinessAnswer, type Readiness } from './health.ts';

export interface AdminServer {
  /** host:port */
  readonly address: string;
  close(): void;
}

/** @param port 0: any free one */
export async function startAdminServer(
  port: number,
  registry: Registry,
  readiness: Readiness,
): Promise<AdminServer> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return sendJson(response, 200, healthAnswer);
    if (request.url === '/readyz') {
      const answer = readinessAnswer(readiness);
      return sendJson(response, answer.ready ? 200 : 503, answer);
    }
    if (request.url !== '/metrics')
      return sendJson(response, 404, { paths: ['/metrics', '/healthz', '/readyz'] });
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => sendJson(response, 500, { error: String(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Error(
          `the port ${port} for metrics cannot be used (${error.message}); set SKEIN_ADMIN_BASE_PORT`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
