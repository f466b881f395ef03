// The built web client, from memory. A path that is no file is the application itself, which routes in the browser; it
// says so where there is nothing, and the status says the same to programs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';

interface StaticFile {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Places of the application: see web-client/src/routing/location.ts. */
const places = /^\/(?:$|callback$|settings$|c\/|join\/)/;

type Headers = readonly (readonly [name: string, value: string])[];

/** Half a year: long enough for browsers' lists, short enough to be taken back. */
const strictTransportSeconds = 15_552_000;

/** The page may connect to its own server alone; over TLS browsers keep to TLS (RFC 6797). */
function securityHeaders(publicUrl: string): Headers {
  const policy = [
    `default-src 'self'`,
    `img-src 'self' data: blob:`,
    `connect-src 'self' ${publicUrl.replace(/^http/, 'ws')}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
  ];
  const always: Headers = [
    ['content-security-policy', policy.join('; ')],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
  ];
  if (!publicUrl.startsWith('https:')) return always;
  return [...always, ['strict-transport-security', `max-age=${strictTransportSeconds}`]];
}

export function attachStaticFiles(app: TemplatedApp, folder: string, publicUrl: string): void {
  const files = loadFiles(folder);
  const headers = securityHeaders(publicUrl);
  const answer = (response: HttpResponse, request: HttpRequest): void => {
    const path = request.getUrl();
    const file = files.get(path);
    const page = path.startsWith('/assets/') ? undefined : files.get('/index.html');
    if (file) sendFile(response, request, { file, headers, status: '200 OK' });
    else if (page) sendFile(response, request, { file: page, headers, status: statusOf(path) });
    else
      response
        .writeStatus('404 Not Found')
        .end(files.size > 0 ? 'No such file.' : 'The web client is not built.');
  };
  app.get('/*', answer).head('/*', answer);
}

function statusOf(path: string): string {
  return places.test(path) ? '200 OK' : '404 Not Found';
}

function loadFiles(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  if (folder === '') return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path).replaceAll('\\', '/')}`;
    const type = types[extname(url)];
    if (type === undefined) continue;
    const body = readFileSync(path);
    const cacheControl = url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 24)}"`;
    files.set(url, { body, gzipped: gzipSync(body), type, etag, cacheControl });
  }
  return files;
}

interface Sent {
  readonly file: StaticFile;
  readonly headers: Headers;
  readonly status: string;
}

function sendFile(response: HttpResponse, request: HttpRequest, { file, headers, status }: Sent): void {
  const unchanged = status === '200 OK' && request.getHeader('if-none-match') === file.etag;
  const gzip = request.getHeader('accept-encoding').includes('gzip');
  response.cork(() => {
    response.writeStatus(unchanged ? '304 Not Modified' : status);
    response.writeHeader('etag', file.etag).writeHeader('cache-control', file.cacheControl);
    for (const [name, value] of headers) response.writeHeader(name, value);
    if (unchanged) return void response.endWithoutBody();
    response.writeHeader('content-type', file.type).writeHeader('vary', 'accept-encoding');
    const body = gzip ? file.gzipped : file.body;
    if (gzip) response.writeHeader('content-encoding', 'gzip');
    // Without a body uWebSockets tells no length of one; HEAD may leave it out (RFC 9110, 9.3.2).
    if (request.getMethod() === 'head') response.endWithoutBody();
    else response.end(body);
  });
}
