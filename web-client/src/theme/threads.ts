// The mark of Skein: threads that come from anywhere and are wound into one. Drawn by formula, so that the small
// mark and the large picture are the same yarn.

export interface Yarn {
  readonly width: number;
  readonly height: number;
  readonly strands: number;
  /** Half turns of the twist over the whole width. */
  readonly halfTurns: number;
  /** The part of the width, from the left, in which the strands come together; 0 is twisted throughout. */
  readonly looseUntil: number;
  /** Height of the twist as a part of the whole height. */
  readonly twistHeight: number;
}

const pointsPerHalfTurn = 7;

/** An SVG path for each strand. */
export function strandPaths(yarn: Yarn): string[] {
  return Array.from({ length: yarn.strands }, (_, strand) => strandPath(yarn, strand));
}

function strandPath(yarn: Yarn, strand: number): string {
  const { width, height, strands, halfTurns, looseUntil, twistHeight } = yarn;
  const steps = Math.ceil(halfTurns * pointsPerHalfTurn);
  const phase = (strand / strands) * 2 * Math.PI;
  const place = strands > 1 ? (strand / (strands - 1)) * 2 - 1 : 0;
  const y = (t: number) => {
    const loose = looseUntil === 0 ? 0 : 1 - smoothStep(t / looseUntil);
    const twisted = Math.sin(phase + t * halfTurns * Math.PI) * twistHeight;
    const wandering = place * 0.8 + Math.sin(phase * 2.3 + t * 7) * 0.2;
    return (height / 2) * (1 + loose * wandering + (1 - loose) * twisted);
  };
  return curve(Array.from({ length: steps + 1 }, (_, i) => [(i / steps) * width, y(i / steps)] as const));
}

function smoothStep(t: number): number {
  const x = Math.min(1, Math.max(0, t));
  return x * x * (3 - 2 * x);
}

/** A Catmull-Rom spline through the points, as cubic curves. */
function curve(points: readonly (readonly [number, number])[]): string {
  const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))]!;
  const round = (value: number) => Math.round(value * 100) / 100;
  let path = `M${round(at(0)[0])} ${round(at(0)[1])}`;
  for (let i = 0; i < points.length - 1; i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const handles = [
      from[0] + (to[0] - before[0]) / 6,
      from[1] + (to[1] - before[1]) / 6,
      to[0] - (after[0] - from[0]) / 6,
      to[1] - (after[1] - from[1]) / 6,
      to[0],
      to[1],
    ];
    path += `C${handles.map(round).join(' ')}`;
  }
  return path;
}
