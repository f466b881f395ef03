// The generators of a run as the parent sees them: processes that are asked together and answer together. One that
// fails or ends fails the run, since its messages would look lost.
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { BenchError } from '../bench-error.ts';
import type { Answers, Command, GeneratorMessage, GeneratorProgress } from './commands.ts';

type AnswerOf<Kind extends Command['kind']> = Answers[Kind];

const program = path.join(import.meta.dirname, 'generator.ts');
const nothingYet: GeneratorProgress = {
  online: 0,
  opened: 0,
  following: 0,
  sent: 0,
  accepted: 0,
  refused: 0,
  toDeliver: 0,
  delivered: 0,
  shownToWriter: 0,
  reacted: 0,
  reactionsSettled: 0,
  away: 0,
};

class GeneratorProcess {
  readonly #process: ChildProcess;
  #waiting: PromiseWithResolvers<Answers[Command['kind']]> | null = null;
  #ended: BenchError | null = null;
  progress = nothingYet;

  constructor(index: number, env: NodeJS.ProcessEnv) {
    this.#process = fork(program, {
      env: { ...process.env, ...env },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message: GeneratorMessage) => this.#take(message));
    this.#process.once('exit', (code, signal) => {
      this.#ended = new BenchError(
        `Generator ${index + 1} ended by itself (${signal ?? `exit code ${code}`}).`,
      );
      this.#waiting?.reject(this.#ended);
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  ask<Kind extends Command['kind']>(command: Extract<Command, { kind: Kind }>): Promise<AnswerOf<Kind>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const waiting = Promise.withResolvers<Answers[Command['kind']]>();
    this.#waiting = waiting;
    this.#process.send(command);
    return waiting.promise as Promise<AnswerOf<Kind>>;
  }

  stop(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const exited = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.disconnect();
    return exited;
  }

  #take(message: GeneratorMessage): void {
    switch (message.type) {
      case 'progress':
        this.progress = message.progress;
        return;
      case 'answer':
        return this.#waiting?.resolve(message.answer);
      case 'failed':
        return this.#waiting?.reject(new BenchError(message.sentence));
    }
  }
}

export class Fleet {
  readonly #generators: readonly GeneratorProcess[];

  /** @param env what they get on top of our environment */
  constructor(size: number, env: NodeJS.ProcessEnv) {
    this.#generators = Array.from({ length: size }, (_, index) => new GeneratorProcess(index, env));
  }

  get pids(): number[] {
    return this.#generators.map(({ pid }) => pid);
  }

  /** The generators' last words, added up. */
  get progress(): GeneratorProgress {
    const total: Record<keyof GeneratorProgress, number> = { ...nothingYet };
    for (const { progress } of this.#generators) {
      for (const key of Object.keys(total) as (keyof GeneratorProgress)[]) total[key] += progress[key];
    }
    return total;
  }

  /** Asks all of them; answers stand in the order of the generators. */
  ask<Kind extends Command['kind']>(
    command: (index: number) => Extract<Command, { kind: Kind }>,
  ): Promise<AnswerOf<Kind>[]> {
    return Promise.all(this.#generators.map((generator, index) => generator.ask(command(index))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#generators.map((generator) => generator.stop()));
  }
}
