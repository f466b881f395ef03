// Progress of a command that takes its time, on standard error: one line that is written over on a terminal,
// a line now and then elsewhere.

const quietForMs = 2_000;

export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #shown = '';
  #saidAtMs = -Infinity;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** How things stand; the next one takes its place. */
  say(text: string): void {
    if (text === this.#shown) return;
    if (this.#stream.isTTY) {
      this.#shown = text;
      this.#stream.write(`\r\u001b[2K${text.slice(0, this.#stream.columns - 1)}`);
      return;
    }
    const nowMs = performance.now();
    if (nowMs - this.#saidAtMs < quietForMs) return;
    this.#saidAtMs = nowMs;
    this.#shown = text;
    this.#stream.write(`${text}\n`);
  }

  /** Something is done, or has happened: stays. */
  note(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
    this.#saidAtMs = -Infinity;
  }

  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#stream.isTTY && this.#shown !== '') this.#stream.write('\r\u001b[2K');
    this.#shown = '';
  }
}
