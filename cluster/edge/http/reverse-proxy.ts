// Passes requests below a path on to a server on this host, so that browsers see one address. For the identity
// provider's pages and endpoints: small bodies, no streaming.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { Log } from '../../../actors/runtime/ports.ts';
import type { ClientAddresses } from '../../addresses.ts';
import { proxyHeader } from '../../proxy-header.ts';

const bodyBytesMax = 64 * 1024;
const answerWithinMs = 20_000;
/** Belong to one connection, not to what passes through (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'content-length',
  // uWebSockets says the time itself.
  'date',
]);

interface Inbound {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

export interface ProxyOptions {
  /** An origin, such as http://127.0.0.1:4000. */
  readonly target: string;
  readonly addresses: ClientAddresses;
  /** By which the server behind knows that a request came through here. */
  readonly secret: string;
  readonly log: Log;
}

/** Passes on to the target what comes below the path. */
export function attachReverseProxy(
  app: TemplatedApp,
  path: string,
  { target, addresses, secret, log }: ProxyOptions,
): void {
  const pass = (response: HttpResponse, request: HttpRequest): void => {
    const inbound = readInbound(response, request, addresses);
    inbound.headers[proxyHeader] = secret;
    let aborted = false;
    response.onAborted(() => (aborted = true));
    const refuse = (status: string, text: string) => {
      if (aborted) return;
      aborted = true;
      response.cork(() => response.writeStatus(status).writeHeader('content-type', 'text/plain').end(text));
    };
    readBody(response, (body) => {
      if (body === null) return refuse('413 Content Too Large', 'The request is too large.');
      const outgoing = httpRequest(
        new URL(inbound.path, target),
        { method: inbound.method, headers: inbound.headers, timeout: answerWithinMs },
        (answer) =>
          void passBack(answer, response, () => aborted).catch(() => refuse(badGateway, unreachable)),
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', (error) => {
        log.warn({ reason: error.message }, 'the identity provider did not answer');
        refuse(badGateway, unreachable);
      });
      outgoing.end(body);
    });
  };
  // By method: a route for any method stands behind every route for one.
  app.get(`${path}/*`, pass).post(`${path}/*`, pass).options(`${path}/*`, pass);
}

const badGateway = '502 Bad Gateway';
const unreachable = 'Sign-in is not available at the moment. Please try again shortly.';

function readInbound(response: HttpResponse, request: HttpRequest, addresses: ClientAddresses): Inbound {
  const headers: Record<string, string> = {};
  request.forEach((name, value) => {
    if (!hopByHop.has(name)) headers[name] = value;
  });
  const peer = Buffer.from(response.getRemoteAddressAsText()).toString();
  const forwardedFor = headers['x-forwarded-for'] ?? '';
  const address = addresses.clientOf(peer, forwardedFor);
  // The last entry is the one that is believed behind here.
  if (address !== null) headers['x-forwarded-for'] = [forwardedFor, address].filter(Boolean).join(', ');
  const query = request.getQuery();
  return {
    method: request.getMethod().toUpperCase(),
    path: request.getUrl() + (query ? `?${query}` : ''),
    headers,
  };
}

/** Calls back with the whole body, or with null when it is too large. */
function readBody(response: HttpResponse, onBody: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let done = false;
  response.onData((chunk, isLast) => {
    if (done) return;
    size += chunk.byteLength;
    // A chunk is valid during this call only.
    if (size <= bodyBytesMax) chunks.push(Buffer.from(Buffer.from(chunk)));
    if (size > bodyBytesMax || isLast) {
      done = true;
      onBody(size > bodyBytesMax ? null : Buffer.concat(chunks));
    }
  });
}

async function passBack(
  answer: IncomingMessage,
  response: HttpResponse,
  aborted: () => boolean,
): Promise<void> {
  const body = Buffer.concat(await answer.toArray());
  if (aborted()) return;
  response.cork(() => {
    response.writeStatus(`${answer.statusCode} ${answer.statusMessage}`);
    for (let at = 0; at < answer.rawHeaders.length; at += 2) {
      const name = answer.rawHeaders[at]!;
      if (!hopByHop.has(name.toLowerCase())) response.writeHeader(name, answer.rawHeaders[at + 1]!);
    }
    response.end(body);
  });
}
