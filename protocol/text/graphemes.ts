// Cuts of texts at the borders of characters as people see them: half a flag, or half a surrogate pair, is none.

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** A family with skin tones takes fewer UTF-16 units; marks heaped on a letter beyond this are cut. */
const graphemeLengthMax = 64;

/** The first characters that fit into this many UTF-16 units. */
export function cutTo(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  let end = 0;
  for (const { index, segment } of segmenter.segment(text.slice(0, lengthMax + graphemeLengthMax))) {
    const next = index + segment.length;
    if (next > lengthMax) break;
    end = next;
  }
  return text.slice(0, end);
}

/** The first character; empty for an empty text. */
export function firstGrapheme(text: string): string {
  const [first] = segmenter.segment(text.slice(0, graphemeLengthMax));
  return first?.segment ?? '';
}
