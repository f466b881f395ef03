// The one place in the server that touches the ambient clock, timers, turns and randomness.
import { randomUUID } from 'node:crypto';
import type { Clock, Random, Timers } from '../actors/runtime/ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const systemTimers: Timers = {
  setTimeout: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  setInterval: (run, everyMs) => {
    const timer = setInterval(run, everyMs);
    return () => clearInterval(timer);
  },
  afterTurn: (run) => void setImmediate(run),
};

export const systemRandom: Random = {
  fraction: () => Math.random(),
  uuid: () => randomUUID(),
};
