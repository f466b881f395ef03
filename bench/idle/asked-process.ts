// Processes that do a part of a run and answer the parent's questions: load generators, and the servers that Skein is
// compared with. What a program answers to is the object that it hands to `answering`; the parent knows its type
// alone. One that fails or ends by itself fails the run.
import { fork, type ChildProcess } from 'node:child_process';
import { BenchError } from '../bench-error.ts';

/** Requests that a program answers, by name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each handler says itself what it takes
export type Handlers = Record<string, (argument: any) => unknown>;
/** How far a program is, in numbers that add up over several of them. */
export type Counts = Readonly<Record<string, number>>;

export interface Question {
  readonly id: number;
  readonly kind: string;
  readonly argument: unknown;
}

export type Message =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly sentence: string }
  | { readonly type: 'counts'; readonly counts: Counts };

type ArgumentOf<All extends Handlers, Kind extends keyof All> = Parameters<All[Kind]>[0];
type AnswerOf<All extends Handlers, Kind extends keyof All> = Awaited<ReturnType<All[Kind]>>;

export interface ProgramOptions {
  /** Told when it ends by itself: `Generator 2`. */
  readonly name: string;
  readonly file: string;
  /** On top of ours. */
  readonly env?: NodeJS.ProcessEnv;
}

export class AskedProcess<All extends Handlers> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #exited: Promise<void>;
  #ended: BenchError | null = null;
  #questions = 0;
  counts: Counts = {};

  constructor({ name, file, env }: ProgramOptions) {
    this.#process = fork(file, {
      env: { ...process.env, ...env },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message: Message) => this.#take(message));
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#ended = new BenchError(`${name} ended by itself (${signal ?? `exit code ${code}`}).`);
        for (const { reject } of this.#waiting.values()) reject(this.#ended);
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Rejects with BenchError when it cannot be done, or the process ends first. */
  ask<Kind extends keyof All & string>(
    kind: Kind,
    argument: ArgumentOf<All, Kind>,
  ): Promise<AnswerOf<All, Kind>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const waiting = Promise.withResolvers<unknown>();
    const id = this.#questions++;
    this.#waiting.set(id, waiting);
    this.#process.send({ id, kind, argument } satisfies Question);
    return waiting.promise as Promise<AnswerOf<All, Kind>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.#exited;
  }

  #take(message: Message): void {
    if (message.type === 'counts') {
      this.counts = message.counts;
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(new BenchError(message.sentence));
  }
}

/** Several processes of one program, asked together. */
export class Team<All extends Handlers> implements AsyncDisposable {
  readonly members: readonly AskedProcess<All>[];

  constructor(size: number, { name, file, env = {} }: ProgramOptions) {
    this.members = Array.from(
      { length: size },
      (_, index) => new AskedProcess<All>({ name: `${name} ${index + 1}`, file, env }),
    );
  }

  get pids(): number[] {
    return this.members.map(({ pid }) => pid);
  }

  /** Sum of the latest counts of all processes. */
  count(name: string): number {
    return this.members.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
  }

  /** Answers stand in the order of the processes. */
  ask<Kind extends keyof All & string>(
    kind: Kind,
    argumentOf: (index: number) => ArgumentOf<All, Kind>,
  ): Promise<AnswerOf<All, Kind>[]> {
    return Promise.all(this.members.map((member, index) => member.ask(kind, argumentOf(index))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()));
  }
}
