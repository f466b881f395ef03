// Reads text of the search box as the beginning of a handle.
import { limits } from '../../../protocol/limits.ts';

export type HandlePrefix =
  | { readonly name: 'empty' }
  | { readonly name: 'impossible' }
  | { readonly name: 'prefix'; readonly prefix: string };

export function handlePrefix(typed: string): HandlePrefix {
  const prefix = typed.trim().replace(/^@/, '').toLowerCase();
  if (prefix === '') return { name: 'empty' };
  const possible = /^[a-z0-9_]+$/.test(prefix) && prefix.length <= limits.handleLengthMax;
  return possible ? { name: 'prefix', prefix } : { name: 'impossible' };
}
