// The Python client as a process of its own: asked by lines of JSON, and what it was handed on by then.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const folder = path.join(import.meta.dirname, '..');

export interface PythonEvent {
  readonly conversation: string;
  readonly epoch: number;
  readonly seq: number;
  readonly type: number;
  readonly fields: readonly unknown[];
  readonly as_of: number;
}

export interface ShownByPython {
  readonly seq: number;
  readonly by: string;
  readonly body: string | null;
  readonly edited_at_ms: number | null;
  readonly reactions: Readonly<Record<string, readonly [count: number, mine: boolean]>>;
}

/** How the Python client refused something: a code of the protocol, or the name of what was raised. */
export class PythonRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Said {
  readonly answer?: number;
  readonly value?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly event?: PythonEvent;
}

export class PythonDriver {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #events: PythonEvent[] = [];
  #complaints = '';
  #asked = 0;

  constructor(python: { readonly file: string; readonly env: Readonly<Record<string, string>> }) {
    const PYTHONPATH = [folder, python.env['PYTHONPATH']].join(path.delimiter);
    this.#child = spawn(python.file, [path.join(folder, 'testing/driver.py')], {
      env: { ...process.env, ...python.env, PYTHONPATH },
      stdio: 'pipe',
    });
    createInterface(this.#child.stdout).on('line', (line) => this.#take(JSON.parse(line) as Said));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#child.on('exit', () => {
      const ended = new Error(`Python ended.\n${this.#complaints.slice(-4_000)}`);
      for (const { reject } of this.#waiting.values()) reject(ended);
    });
  }

  /** Text on its standard error. */
  get complaints(): string {
    return this.#complaints;
  }

  /** Events that the client handed on, in that order. */
  eventsOf(conversation: string): PythonEvent[] {
    return this.#events.filter((event) => event.conversation === conversation);
  }

  ask<Value>(command: string, ...values: readonly unknown[]): Promise<Value> {
    const number = ++this.#asked;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(number, waiting);
    this.#child.stdin.write(`${JSON.stringify([number, command, values])}\n`);
    return waiting.promise as Promise<Value>;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #take({ answer, value, code, message, event }: Said): void {
    if (event) this.#events.push(event);
    if (answer === undefined) return;
    const waiting = this.#waiting.get(answer);
    this.#waiting.delete(answer);
    if (code === undefined) waiting?.resolve(value);
    else waiting?.reject(new PythonRefusal(code, message ?? code));
  }
}
