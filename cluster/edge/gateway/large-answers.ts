// Pages of history under way. They are large, and the links between workers carry everybody's answers: so few are
// asked for at once, and everyone who waits gets their turn, however many somebody else asks for (ACC-6).
import type { Cancel, Clock, Timers } from '../../../actors/runtime/ports.ts';
import { refuse, type Reply } from '../../../actors/runtime/reply.ts';
import { limits } from '../../../protocol/limits.ts';

export const largeAnswerBounds = {
  /** Of this worker; each brings up to `pageBytesMax`, so that all are a quarter of what links may hold. */
  atOnceMax: 32,
  /** A turn that comes later is answered `overloaded` instead. */
  waitMsMax: 4_000,
  /** A request that is not answered by then gives its turn to the next: its shard has no owner, and it brings nothing. */
  turnMsMax: 2_000,
  /** With the waiting, in less than the ten seconds in which a request is answered. */
  answerMsMax: 9_000,
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
  readonly #timers: Timers;
  readonly #atOnceMax: number;
  /** Those with something under way or waiting; whoever had a turn goes to the end. */
  readonly #people = new Map<string, Person>();
  #underWay = 0;
  readonly totals = { waited: 0, refused: 0 };

  constructor(clock: Clock, timers: Timers, atOnceMax: number = largeAnswerBounds.atOnceMax) {
    this.#clock = clock;
    this.#timers = timers;
    this.#atOnceMax = atOnceMax;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Asks when it is this person's turn; refused with `overloaded` or `unavailable` when that takes too long. */
  async ask<Value>(userId: string, ask: () => Promise<Reply<Value>>): Promise<Reply<Value>> {
    const sinceMs = this.#clock.monotonicMs();
    if (!(await this.#turn(userId))) {
      this.totals.refused++;
      return refuse('overloaded', largeAnswerBounds.retryAfterMs);
    }
    let hasTurn = true;
    const endTurn = () => {
      if (hasTurn) this.#end(userId);
      hasTurn = false;
    };
    const cancels: Cancel[] = [this.#timers.setTimeout(endTurn, largeAnswerBounds.turnMsMax)];
    const leftMs = sinceMs + largeAnswerBounds.answerMsMax - this.#clock.monotonicMs();
    const late = new Promise<Reply<Value>>((resolve) => {
      const cancel = this.#timers.setTimeout(() => resolve(refuse('unavailable')), leftMs);
      cancels.push(cancel);
    });
    try {
      return await Promise.race([ask(), late]);
    } finally {
      for (const cancel of cancels) cancel();
      endTurn();
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
    this.#timers.setTimeout(() => this.#giveUp(userId, person), largeAnswerBounds.waitMsMax);
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

  #giveUp(userId: string, person: Person): void {
    this.#refuseLate(person);
    if (person.underWay === 0 && person.waiting.length === 0 && this.#people.get(userId) === person)
      this.#people.delete(userId);
  }

  #refuseLate({ waiting }: Person): void {
    const oldestMs = this.#clock.monotonicMs() - largeAnswerBounds.waitMsMax;
    while (waiting.length > 0 && waiting[0]!.sinceMs <= oldestMs) waiting.shift()!.begin(false);
  }
}
