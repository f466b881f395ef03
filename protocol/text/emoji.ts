// Emoji as reactions: each in one spelling, so that a heart from any keyboard is the same heart (REA-1).

// Written so that compilers for older browsers take it.
const oneEmoji = new RegExp('^\\p{RGI_Emoji}$', 'v');
const variationSelector = '\ufe0f';
const isTextByDefault = /^(?=\p{Emoji})\P{Emoji_Presentation}$/u;
const isModifier = /^\p{Emoji_Modifier}$/u;

/**
 * The emoji in the spelling that Unicode recommends for interchange (fully qualified, UTS 51); null when the text is not
 * exactly one emoji.
 */
export function emojiOf(text: string): string | null {
  const points = [...text.replaceAll(variationSelector, '').replaceAll('\ufe0e', '')];
  const qualified = points.map((point, at) => {
    const next = points[at + 1] ?? '';
    return isTextByDefault.test(point) && !isModifier.test(next) ? point + variationSelector : point;
  });
  return [qualified.join(''), points.join('')].find((spelling) => oneEmoji.test(spelling)) ?? null;
}

/** Whether the text is one emoji, in any spelling. */
export function isEmoji(text: string): boolean {
  return emojiOf(text) !== null;
}
