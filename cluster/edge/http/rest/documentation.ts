// The API's description, for programs and for people; both are made once, when the server starts.
import type { Exchange } from '../api/exchange.ts';
import type { Answer } from '../api/problem.ts';
import type { Routes } from '../api/routes.ts';
import { renderDocs } from './docs/page.ts';
import { etagOf, unchanged } from './etag.ts';
import type { OpenApiDocument } from './openapi.ts';

export const documentPath = '/v1/openapi.json';
export const docsPath = '/v1/docs';

export function attachDocumentation(routes: Routes, document: OpenApiDocument): void {
  const page = renderDocs(document);
  const contents: Readonly<Record<string, Content>> = {
    [documentPath]: contentOf(JSON.stringify(document), 'application/json', {}),
    [docsPath]: contentOf(page.body, 'text/html; charset=utf-8', page.headers),
  };
  for (const [path, content] of Object.entries(contents)) {
    const handler = (exchange: Exchange) => Promise.resolve(answer(exchange, content));
    routes.on('get', path, handler).on('head', path, handler);
  }
}

interface Content {
  readonly body: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

function contentOf(body: string, type: string, headers: Readonly<Record<string, string>>): Content {
  const etag = etagOf(body);
  return { body, etag, headers: { ...headers, 'content-type': type, etag, 'cache-control': 'no-cache' } };
}

function answer(exchange: Exchange, { body, etag, headers }: Content): Answer {
  return unchanged(exchange, etag) ? { status: 304, headers } : { status: 200, headers, body };
}
