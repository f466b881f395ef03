// A message's text with its web addresses and the people it names told apart, by the server, which notifies them, and by
// clients, which mark them. Text stays text: nothing here or later is ever parsed as HTML.
import LinkifyIt from 'linkify-it';
import { limits } from '../limits.ts';

export interface MessagePart {
  readonly text: string;
  /** Set when the text is an address. */
  readonly href: string | null;
  /** Set when the text is `@` and a handle: the handle in small letters. */
  readonly handle: string | null;
}

/** Finds addresses in time that grows with the text alone, whatever is in it. Only what names its scheme is a link. */
const linkifier = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  .add('ftp:', null)
  .add('mailto:', null)
  .add('//', null);
/** Punctuation of scripts that write no space after it: a sentence goes on behind it, not the address. */
const wideMark =
  /[\u3001\u3002\u3008-\u3011\u3014-\u301b\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\u061f\u060c]/;
/** Marks that people put around words for emphasis. */
const emphasis = /[*_~]/;
/**
 * `@` and a handle that stands by itself (MEN-1): not in an e-mail address, nor the handle of another server, nor in a path.
 * Letters of every script count as letters.
 */
const mention = new RegExp(
  `(?<![\\p{L}\\p{M}\\p{N}_@.+/=&%#-])@([a-z0-9_]{${limits.handleLengthMin},${limits.handleLengthMax}})` +
    '(?![\\p{L}\\p{M}\\p{N}_@]|[.][\\p{L}\\p{N}])',
  'giu',
);
const backticks = /`+/g;

/** Parts of a message's text in their order; together they are the text. */
export function messageParts(body: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const { from, to } of codeIn(body)) {
    parts.push(...wordsIn(body.slice(end, from)), plain(body.slice(from, to)));
    end = to;
  }
  return [...parts, ...wordsIn(body.slice(end))];
}

/** Handles that the text names, in small letters, each once. */
export function handlesIn(body: string): Set<string> {
  if (!body.includes('@')) return new Set();
  return new Set(messageParts(body).flatMap(({ handle }) => handle ?? []));
}

/** Code: between runs of as many backticks, as in Markdown (CommonMark 6.1, and its fences); one left open is none. */
function codeIn(body: string): { readonly from: number; readonly to: number }[] {
  const runs = [...body.matchAll(backticks)].map(({ index, 0: run }) => ({ index, length: run.length }));
  const code: { from: number; to: number }[] = [];
  const closings = closingsOf(runs);
  for (let at = 0; at < runs.length; at++) {
    const closing = closings[at];
    if (closing === undefined) continue;
    code.push({ from: runs[at]!.index, to: runs[closing]!.index + runs[closing]!.length });
    at = closing;
  }
  return code;
}

/** For each run the place of the next one of the same length. */
function closingsOf(runs: readonly { readonly length: number }[]): (number | undefined)[] {
  const next = new Map<number, number>();
  const closings = new Array<number | undefined>(runs.length);
  for (let at = runs.length - 1; at >= 0; at--) {
    closings[at] = next.get(runs[at]!.length);
    next.set(runs[at]!.length, at);
  }
  return closings;
}

/** Text without code. */
function wordsIn(text: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const { index, raw } of linkifier.match(text) ?? []) {
    const address = withoutSentence(raw, text[index - 1] ?? '');
    if (!URL.canParse(address)) continue;
    if (index > end) parts.push(...namesIn(text.slice(end, index)));
    parts.push({ text: address, href: address, handle: null });
    end = index + address.length;
  }
  if (end < text.length) parts.push(...namesIn(text.slice(end)));
  return parts;
}

/** The address without the sentence around it. */
function withoutSentence(address: string, before: string): string {
  const wide = address.search(wideMark);
  const cut = wide < 0 ? address : address.slice(0, wide);
  return emphasis.test(before) && cut.endsWith(before) ? cut.slice(0, -1) : cut;
}

function namesIn(text: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const match of text.matchAll(mention)) {
    if (match.index > end) parts.push(plain(text.slice(end, match.index)));
    parts.push({ text: match[0], href: null, handle: match[1]!.toLowerCase() });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(plain(text.slice(end)));
  return parts;
}

function plain(text: string): MessagePart {
  return { text, href: null, handle: null };
}
