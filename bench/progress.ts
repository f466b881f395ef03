// Tells on stderr how far a run is: one line that is rewritten on a terminal, elsewhere a new line now and then, so
// that stdout holds the result alone.

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const plainEveryMs = 2_000;
const lookEveryMs = 200;

export class Progress {
  readonly #output: ProgressOutput;
  #phase = '';
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** @param phase what is being done  @param state how far it is */
  say(phase: string, state = ''): void {
    const line = state === '' ? phase : `${phase}: ${state}`;
    if (this.#output.isTTY)
      return void this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
    const due = phase !== this.#phase || performance.now() - this.#saidAt >= plainEveryMs;
    if (!due) return;
    this.#phase = phase;
    this.#saidAt = performance.now();
    this.#output.write(`${line}\n`);
  }

  /** Says how far the work is until it is done. */
  async during<Value>(
    state: () => readonly [phase: string, state: string],
    work: Promise<Value>,
  ): Promise<Value> {
    const show = () => this.say(...state());
    const timer = setInterval(show, lookEveryMs);
    show();
    return work.finally(() => clearInterval(timer));
  }

  /** Leaves the terminal as it was found. */
  clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}
