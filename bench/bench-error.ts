// The reason why a run cannot be carried out, as a sentence for the person who started it.

export class BenchError extends Error {
  override readonly name = 'BenchError';
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
