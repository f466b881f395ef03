// Output of `npm start`: on a terminal one line per part, redrawn as its state changes; elsewhere plain lines.

export interface ProgressStep {
  say(state: string): void;
  done(state: string): void;
  warn(state: string): void;
  fail(state: string): void;
}

export interface Progress {
  step(name: string): ProgressStep;
  /** A line that stays, above the steps. */
  note(line: string): void;
}

export interface ProgressOutput {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

type StepKind = 'working' | 'done' | 'warned' | 'failed';

interface StepLine {
  name: string;
  kind: StepKind;
  state: string;
}

const marks: Record<StepKind, string> = { working: '…', done: '✔', warned: '!', failed: '✖' };
const colours: Record<StepKind, number> = { working: 36, done: 32, warned: 33, failed: 31 };
const nameWidth = 12;

export function createProgress(output: ProgressOutput): Progress {
  return output.isTTY === true ? new TerminalProgress(output) : new PlainProgress(output);
}

/** Hides messages of a step that has ended: the same code runs again when a server is started again. */
function asStep(show: (kind: StepKind, state: string) => void): ProgressStep {
  let open = true;
  const end = (kind: StepKind) => (state: string) => {
    open = false;
    show(kind, state);
  };
  return {
    say: (state) => void (open && show('working', state)),
    done: end('done'),
    warn: end('warned'),
    fail: end('failed'),
  };
}

class PlainProgress implements Progress {
  readonly #output: ProgressOutput;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  note(line: string): void {
    this.#output.write(`${line}\n`);
  }

  step(name: string): ProgressStep {
    return asStep((_kind, state) => this.note(`${name}: ${state}`));
  }
}

/** Redraws the block of steps in place; a line never wraps, or the block could not be found again. */
class TerminalProgress implements Progress {
  readonly #output: ProgressOutput;
  readonly #lines: StepLine[] = [];
  #drawn = 0;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  note(line: string): void {
    if (this.#lines.some(({ kind }) => kind === 'working')) return this.#redraw(`${line}\n`);
    // With nothing in work, what was drawn stays where it is and later lines come below it.
    this.#lines.length = 0;
    this.#drawn = 0;
    this.#output.write(`${line}\n`);
  }

  step(name: string): ProgressStep {
    const line: StepLine = { name, kind: 'working', state: '' };
    this.#lines.push(line);
    this.#redraw('');
    return asStep((kind, state) => {
      Object.assign(line, { kind, state });
      this.#redraw('');
    });
  }

  #redraw(above: string): void {
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    const block = this.#lines.map((line) => `${this.#render(line)}\n`).join('');
    this.#output.write(`${up}\u001b[J${above}${block}`);
    this.#drawn = this.#lines.length;
  }

  #render({ name, kind, state }: StepLine): string {
    const width = (this.#output.columns || 80) - 1;
    const text = ` ${marks[kind]} ${name.padEnd(nameWidth)} ${state}`.slice(0, width);
    return `\u001b[${colours[kind]}m${text.slice(0, 2)}\u001b[0m${text.slice(2)}`;
  }
}
