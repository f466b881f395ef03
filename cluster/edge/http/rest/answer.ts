// The frame that a handler answers with, as an HTTP answer.
import type { AnswerFrame } from '../../gateway/requests/handler.ts';
import type { Exchange } from '../api/exchange.ts';
import { json, type Answer } from '../api/problem.ts';
import { etagOf, unchanged } from './etag.ts';
import { toJson } from './json.ts';
import { pathNames, type JsonObject, type Operation } from './operation.ts';

export function answerOf(
  operation: Operation,
  asked: JsonObject,
  frame: AnswerFrame,
  exchange: Exchange,
): Answer {
  const { status, answer, etag, next } = operation;
  if (!answer) return { status };
  const value = toJson(answer, frame) as JsonObject;
  const following = next?.(value, asked);
  const headers = following ? { link: `<${urlOf(operation, asked, exchange, following)}>; rel="next"` } : {};
  const whole = { ...json(value, headers), status };
  return etag ? withEtag(whole, exchange) : whole;
}

/** Kept by the reader, and asked for again each time: what it shows may not be theirs to see any more. */
function withEtag(answer: Answer, exchange: Exchange): Answer {
  const etag = etagOf(answer.body!);
  const headers = { ...answer.headers, etag, 'cache-control': 'private, no-cache', vary: 'authorization' };
  return unchanged(exchange, etag) ? { status: 304, headers } : { ...answer, headers };
}

/** This request's address with another place to begin. */
function urlOf(
  { path }: Operation,
  asked: JsonObject,
  exchange: Exchange,
  following: Readonly<Record<string, string | number>>,
): string {
  const filled = pathNames(path).reduce(
    (text, name) => text.replace(`{${name}}`, encodeURIComponent(String(asked[name]))),
    path,
  );
  const query = new URLSearchParams(exchange.query);
  for (const [name, value] of Object.entries(following)) query.set(name, String(value));
  return `${filled}?${query.toString()}`;
}
