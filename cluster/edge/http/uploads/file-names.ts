// Names of files, which people choose and other people's machines store: nothing in one may act, hide or mislead.
import { limits } from '../../../../protocol/limits.ts';
import { cutTo } from '../../../../protocol/text/graphemes.ts';

const nameless = 'file';
/** Control characters, and the invisible ones that turn the direction of text, so that "gpj.exe" reads "exe.jpg". */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;
/** Characters that Windows, shells or headers read as something other than a part of a name. */
const reserved = /[<>:"|?*%;`$]/g;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const extensionLengthMax = 16;

/** A harmless name that still reads like the given one: without folders, invisible characters and reserved ones. */
export function sanitiseFileName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1)!;
  const visible = last.replace(invisible, '').replace(reserved, '_').replace(/\s+/g, ' ');
  // Dots in front hide a file, dots and spaces at the end vanish on Windows.
  const trimmed = visible.replace(/^[. ]+/, '').replace(/[. ]+$/, '');
  if (trimmed === '') return nameless;
  return shorten(reservedOnWindows.test(trimmed) ? `_${trimmed}` : trimmed);
}

/** The header for a download under this name (RFC 6266), with a plain fallback for old programs. */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Keeps the extension: it is what the receiver's machine goes by. */
function shorten(name: string): string {
  if (name.length <= limits.attachmentNameLengthMax) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= extensionLengthMax ? name.slice(dot) : '';
  return cutTo(name, limits.attachmentNameLengthMax - extension.length).trimEnd() + extension;
}
