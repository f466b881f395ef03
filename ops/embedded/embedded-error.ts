// The one error the embedded parts throw on purpose: a sentence that says what happened and what to do about it.

/** An operational failure of an embedded part. `message` is one sentence for the person at the terminal. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  /** Whether trying the same thing again later can help without anybody changing anything. */
  readonly retryable: boolean;

  constructor(sentence: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable ?? false;
  }
}

/** The sentence to show for anything thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
