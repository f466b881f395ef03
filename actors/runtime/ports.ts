// The outside world as the actors, and everything that drives them, see it. Passed in by constructor, so
// that a test or a replay decides what time it is and what chance says.

/** Undoes a timer; calling it twice does no harm. */
export type Cancel = () => void;

export interface Clock {
  /** Wall time in ms since the epoch. For people and records; never for leases or time-outs. */
  now(): number;
  /** Time in ms that only goes forward, from an arbitrary start. For leases, deadlines and rates. */
  monotonicMs(): number;
}

export interface Timers {
  setTimeout(run: () => void, delayMs: number): Cancel;
  setInterval(run: () => void, everyMs: number): Cancel;
  /** Runs it after what this turn of the event loop has to do, and what had arrived by then. */
  afterTurn(run: () => void): void;
}

export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** A random UUID, version 4. */
  uuid(): string;
}

/** Structured logging without content: fields are ids, counts and durations, never what people wrote. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
