// A message's text with its web addresses told apart, so that they can be followed. Text stays text: nothing here
// or later is ever parsed as HTML.

export interface BodyPart {
  readonly text: string;
  /** Set when the text is an address. */
  readonly href: string | null;
}

const address = /\bhttps?:\/\/[^\s<>"'`]+/gi;
/** What follows an address in a sentence rather than belonging to it. */
const trailing = /[.,;:!?)\]}»”’]+$/;

export function bodyParts(body: string): BodyPart[] {
  const parts: BodyPart[] = [];
  let end = 0;
  for (const match of body.matchAll(address)) {
    const text = withoutTrailing(match[0]);
    if (!URL.canParse(text)) continue;
    if (match.index > end) parts.push({ text: body.slice(end, match.index), href: null });
    parts.push({ text, href: text });
    end = match.index + text.length;
  }
  if (end < body.length) parts.push({ text: body.slice(end), href: null });
  return parts;
}

function withoutTrailing(text: string): string {
  const cut = text.replace(trailing, '');
  // A closing bracket belongs to the address when it was opened in it.
  return cut.includes('(') && text.startsWith(`${cut})`) ? `${cut})` : cut;
}
