// A message's text with its web addresses and the people it names told apart. Text stays text: nothing here or later is
// ever parsed as HTML.
import LinkifyIt from 'linkify-it';
import { limits } from '../../../protocol/limits.ts';

export interface BodyPart {
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
/** As the server finds them (MEN-1). */
const mention = new RegExp(
  `(?<![\\w@])@([a-z0-9_]{${limits.handleLengthMin},${limits.handleLengthMax}})(?![a-z0-9_])`,
  'gi',
);

export function bodyParts(body: string): BodyPart[] {
  const parts: BodyPart[] = [];
  let end = 0;
  for (const { index, raw } of linkifier.match(body) ?? []) {
    const text = withoutSentence(raw, body[index - 1] ?? '');
    if (!URL.canParse(text)) continue;
    if (index > end) parts.push(...namesIn(body.slice(end, index)));
    parts.push({ text, href: text, handle: null });
    end = index + text.length;
  }
  if (end < body.length) parts.push(...namesIn(body.slice(end)));
  return parts;
}

/** The address without the sentence around it. */
function withoutSentence(address: string, before: string): string {
  const wide = address.search(wideMark);
  const cut = wide < 0 ? address : address.slice(0, wide);
  return emphasis.test(before) && cut.endsWith(before) ? cut.slice(0, -1) : cut;
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
