// Visible characters of a text, told in one way for every name and body: a name of invisible characters, or one that
// differs from another only by them, is how people are fooled.

/** Drawn as nothing: spaces, controls, marks of direction, fillers, and the pattern of no dots in Braille. */
const visible = /[^\p{White_Space}\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]/u;

/** Whether something of the text is drawn at all. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}

/** Scripts in whose words the joiner and the non-joiner change letters, or a virama. */
const joiningLetter =
  '[\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Mong}\\p{sc=Nkoo}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}' +
  '\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}\\p{sc=Khmr}\\p{sc=Mymr}\\p{sc=Tibt}]';
/** Invisible characters that belong to what they stand in: within emoji, and within words of such scripts. */
const meant = [
  '(?<=\\p{Emoji})\\ufe0f',
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})',
  '(?<=\\u{1f3f4}[\\u{e0020}-\\u{e007f}]{0,6})[\\u{e0020}-\\u{e007f}]',
  `(?<=${joiningLetter})[\\u200c\\u200d](?=[\\p{L}\\p{M}])`,
].join('|');
const invisible = '[\\p{Cc}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\p{Bidi_Control}]';
const unmeant = new RegExp(`(?!${meant})${invisible}`, 'gu');

/**
 * Name as it is kept and compared: composed (NFC), one space for any run of them, and nothing invisible that means
 * nothing. Empty when nothing of it can be seen.
 */
export function cleanName(text: string): string {
  const spaced = text.normalize('NFC').replace(/[\p{White_Space}\u2800]+/gu, ' ');
  const clean = spaced.replace(unmeant, '').replace(/ +/g, ' ').trim();
  return isVisible(clean) ? clean : '';
}

const firstStrongIsolate = '\u2068';
const popDirectionalIsolate = '\u2069';

/** A name within a sentence, so that its direction leaves the sentence as it is (Unicode TR9, 2.4). */
export function isolated(name: string): string {
  return firstStrongIsolate + name + popDirectionalIsolate;
}

export interface SentencePart {
  readonly text: string;
  readonly isName: boolean;
}

/** A sentence taken apart at its isolated names, for those who isolate them by other means than characters. */
export function isolatedParts(sentence: string): readonly SentencePart[] {
  return sentence
    .split(new RegExp(`${firstStrongIsolate}([^${popDirectionalIsolate}]*)${popDirectionalIsolate}`))
    .map((text, at) => ({ text, isName: at % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/** Marks that turn the direction of an address around are shown as they are encoded. */
export function withShownMarks(address: string): string {
  return address.replace(/\p{Bidi_Control}/gu, encodeURIComponent);
}
