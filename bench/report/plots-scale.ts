// Axes: from values to places, and where the ticks stand.

export interface Scale {
  /** From 0 to 1. */
  at(value: number): number;
  readonly ticks: readonly number[];
  readonly isLog: boolean;
}

/** From 0 to a round number that is not below `max`. */
export function linearScale(max: number, ticksWanted = 5): Scale {
  const highest = max > 0 && Number.isFinite(max) ? max : 1;
  const step = roundStep(highest / ticksWanted);
  const count = Math.ceil(highest / step - 1e-9);
  const end = count * step;
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { at: (value) => value / end, ticks, isLog: false };
}

/** From `min` to `max` alone, both being round already or ends of what was measured. */
export function spanScale(min: number, max: number, ticksWanted = 6): Scale {
  const span = max > min ? max - min : 1;
  const step = roundStep(span / ticksWanted);
  const ticks: number[] = [];
  for (let tick = Math.ceil(min / step - 1e-9) * step; tick <= max + step * 1e-9; tick += step)
    ticks.push(Number(tick.toPrecision(12)));
  return { at: (value) => (value - min) / span, ticks, isLog: false };
}

/** Over the decades that hold both; values of zero and below stand at the foot. */
export function logScale(min: number, max: number): Scale {
  const low = Math.floor(Math.log10(Math.max(min, 1e-6)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(max, 1e-6)) - 1e-9));
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  // With few decades the space between them wants ticks as well.
  const between = high - low <= 2 ? [2, 5] : [];
  const ticks = decades.flatMap((decade, index) =>
    index === decades.length - 1 ? [decade] : [decade, ...between.map((times) => times * decade)],
  );
  const at = (value: number) => (value <= 0 ? 0 : Math.max(0, (Math.log10(value) - low) / (high - low)));
  return { at, ticks: ticks.map((tick) => Number(tick.toPrecision(6))), isLog: true };
}

/** 1, 2 or 5 times a power of ten, not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const times = [1, 2, 5, 10].find((each) => each * power >= step * (1 - 1e-9)) ?? 10;
  return times * power;
}
