// Pages of history under way. They are large, and the links between workers carry everybody's answers: so few are
// asked for at once, and everyone who waits gets their turn, however many somebody else asks for (ACC-6).
import type { Clock } from '../../../actors/runtime/ports.ts';
import { refuse, type Reply } from '../../../actors/runtime/reply.ts';
import { limits } from '../../../protocol/limits.ts';

export const largeAnswerBounds = {
  /** Of this worker; each brings up to `pageBytesMax`, so that all are a quarter of what links may hold. */
  atOnceMax: 32,
  /** A turn that comes later is answered `overloaded` instead: the client waits no longer than ten seconds. */
  waitMsMax: 5_000,
  retryAfterMs: 1_000,
} as const;

interface Waiting {
  readonly sinceMs: number;
  readonly begin: (inTime: boolean) => void;
}

interface Person {
  underWay: number;
  readonly waiting: Waiting[];
}

export class LargeAnswers {
  readonly #clock: Clock;
  readonly #atOnceMax: number;
  /** Those with something under way or waiting; whoever had a turn goes to the end. */
  readonly #people = new Map<string, Person>();
  #underWay = 0;
  readonly totals = { waited: 0, refused: 0 };

  constructor(clock: Clock, atOnceMax: number = largeAnswerBounds.atOnceMax) {
    this.#clock = clock;
    this.#atOnceMax = atOnceMax;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Asks when it is this person's turn. */
  async ask<Value>(userId: string, ask: () => Promise<Reply<Value>>): Promise<Reply<Value>> {
    if (!(await this.#turn(userId))) {
      this.totals.refused++;
      return refuse('overloaded', largeAnswerBounds.retryAfterMs);
    }
    try {
      return await ask();
    } finally {
      this.#end(userId);
    }
  }

  #turn(userId: string): boolean | Promise<boolean> {
    const person = this.#people.get(userId) ?? { underWay: 0, waiting: [] };
    this.#people.set(userId, person);
    if (this.#mayBegin(person)) {
      this.#begin(person);
      return true;
    }
    this.totals.waited++;
    return new Promise((begin) => person.waiting.push({ sinceMs: this.#clock.monotonicMs(), begin }));
  }

  #mayBegin({ underWay }: Person): boolean {
    return this.#underWay < this.#atOnceMax && underWay < limits.pagesAtOncePerUserMax;
  }

  #begin(person: Person): void {
    person.underWay++;
    this.#underWay++;
  }

  #end(userId: string): void {
    const person = this.#people.get(userId)!;
    person.underWay--;
    this.#underWay--;
    if (person.underWay === 0 && person.waiting.length === 0) this.#people.delete(userId);
    this.#next();
  }

  #next(): void {
    for (const [userId, person] of this.#people) {
      if (person.waiting.length === 0 || !this.#mayBegin(person)) continue;
      this.#refuseLate(person);
      const turn = person.waiting.shift();
      this.#people.delete(userId);
      if (turn || person.underWay > 0) this.#people.set(userId, person);
      if (!turn) continue;
      this.#begin(person);
      return turn.begin(true);
    }
  }

  #refuseLate({ waiting }: Person): void {
    const oldestMs = this.#clock.monotonicMs() - largeAnswerBounds.waitMsMax;
    while (waiting.length > 0 && waiting[0]!.sinceMs < oldestMs) waiting.shift()!.begin(false);
  }
}
