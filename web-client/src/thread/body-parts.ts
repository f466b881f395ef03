// A message's text with its web addresses and the people it names told apart. Text stays text: nothing here or later is
// ever parsed as HTML.
import { limits } from '../../../protocol/limits.ts';

export interface BodyPart {
  readonly text: string;
  /** Set when the text is an address. */
  readonly href: string | null;
  /** Set when the text is `@` and a handle: the handle in small letters. */
  readonly handle: string | null;
}

const address = /\bhttps?:\/\/[^\s<>"'`]+/gi;
/** Punctuation that follows an address in a sentence and does not belong to it. */
const trailing = /[.,;:!?)\]}»”’]+$/;
/** As the server finds them (MEN-1). */
const mention = new RegExp(
  `(?<![\\w@])@([a-z0-9_]{${limits.handleLengthMin},${limits.handleLengthMax}})(?![a-z0-9_])`,
  'gi',
);

export function bodyParts(body: string): BodyPart[] {
  const parts: BodyPart[] = [];
  let end = 0;
  for (const match of body.matchAll(address)) {
    const text = withoutTrailing(match[0]);
    if (!URL.canParse(text)) continue;
    if (match.index > end) parts.push(...namesIn(body.slice(end, match.index)));
    parts.push({ text, href: text, handle: null });
    end = match.index + text.length;
  }
  if (end < body.length) parts.push(...namesIn(body.slice(end)));
  return parts;
}

function namesIn(text: string): BodyPart[] {
  const parts: BodyPart[] = [];
  let end = 0;
  for (const match of text.matchAll(mention)) {
    if (match.index > end) parts.push(plain(text.slice(end, match.index)));
    parts.push({ text: match[0], href: null, handle: match[1]!.toLowerCase() });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(plain(text.slice(end)));
  return parts;
}

function plain(text: string): BodyPart {
  return { text, href: null, handle: null };
}

function withoutTrailing(text: string): string {
  const cut = text.replace(trailing, '');
  // A closing bracket belongs to the address when it was opened in it.
  return cut.includes('(') && text.startsWith(`${cut})`) ? `${cut})` : cut;
}
