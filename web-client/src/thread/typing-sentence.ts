// Names of people who are writing, as one short sentence.

const namedMax = 2;

export function typingSentence(names: readonly string[]): string {
  if (names.length === 0) return '';
  if (names.length > namedMax) return `${names.length} people are writing…`;
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} writing…`;
}
