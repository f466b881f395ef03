// The JSON of a request, read more strictly than `JSON.parse` does: nesting is bounded, and a name that stands twice in
// one object is refused rather than silently the last one's (RFC 8259 leaves that open, and two readers who differ in
// it are a way around checks).
import { JsonFault } from './json.ts';

/** Arrays and objects within each other; requests need two. */
export const jsonDepthMax = 16;

/** Throws JsonFault with what is wrong. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonFault('', 'is not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonFault('', text.trim() === '' ? 'is empty; it must be JSON' : 'is not JSON');
  }
  checkStructure(text);
  return value;
}

/** @param text JSON that parses, so that only its structure is of interest */
function checkStructure(text: string): void {
  // For each open array (null) or object, the names that it has so far.
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > jsonDepthMax)
        throw new JsonFault('', `is nested deeper than ${jsonDepthMax} arrays and objects`);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names && isName(text, end)) addName(names, JSON.parse(text.slice(at, end)) as string);
      at = end - 1;
    }
  }
}

/** The place after the closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isName(text: string, end: number): boolean {
  let at = end;
  while (' \t\r\n'.includes(text[at] ?? '.')) at++;
  return text[at] === ':';
}

function addName(names: Set<string>, name: string): void {
  if (names.has(name)) throw new JsonFault(name.slice(0, 100), 'is there twice');
  names.add(name);
}
