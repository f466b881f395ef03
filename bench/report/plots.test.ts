import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainNumber } from './html-format.ts';
import { linearScale, logScale, spanScale } from './plots-scale.ts';
import { linePlot, stackPlot, type PlotOptions } from './plots.ts';

test('ticks are round, and hold everything between them', () => {
  assert.deepEqual(linearScale(9.3).ticks, [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(linearScale(0.33).ticks, [0, 0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(linearScale(0).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(spanScale(0, 59).ticks, [0, 10, 20, 30, 40, 50]);
  assert.deepEqual(logScale(3, 900).ticks, [1, 10, 100, 1000]);
  assert.deepEqual(logScale(3, 70).ticks, [1, 2, 5, 10, 20, 50, 100]);
});

test('a scale tells where a value stands, and what is not above zero stands at the foot', () => {
  assert.equal(linearScale(10).at(5), 0.5);
  assert.ok(Math.abs(logScale(1, 100).at(10) - 0.5) < 1e-9);
  assert.equal(logScale(1, 100).at(0), 0);
});

const options: PlotOptions = {
  title: 'T & T',
  about: 'about',
  yTitle: 'ms',
  writeY: plainNumber,
  lines: [
    {
      name: 'a',
      color: 0,
      points: [
        [0, 1],
        [1, 3],
      ],
    },
    {
      name: 'b',
      color: 1,
      points: [
        [0, 2],
        [1, 2],
      ],
    },
  ],
};

test('values that differ much get a logarithmic axis, which is said', () => {
  assert.doesNotMatch(linePlot(options), /logarithmic/);
  const wide = {
    ...options,
    lines: [
      {
        name: 'a',
        color: 0,
        points: [
          [0, 1],
          [1, 400],
        ] as const,
      },
    ],
  };
  assert.match(linePlot(wide), /ms, logarithmic/);
});

test('areas stand one upon the other', () => {
  const svg = stackPlot({ ...options, bounds: [{ name: 'all', y: 4 }] });
  const [first, second] = [...svg.matchAll(/<polygon [^>]*points="([^"]+)"/g)].map((match) =>
    match[1]!.split(' '),
  );
  // The upper edge of the first is the lower edge of the second.
  assert.deepEqual(second!.slice(2), first!.slice(0, 2).toReversed());
  assert.match(svg, /<li><i class="dash"><\/i>all \(4\)<\/li>/);
});

test('a bound that is far above everything is left out, with its name', () => {
  assert.doesNotMatch(linePlot({ ...options, bounds: [{ name: 'far', y: 100 }] }), /far/);
});

test('it is told in words and as a table', () => {
  const svg = linePlot(options);
  assert.match(svg, /aria-label="T &amp; T: a from 1 to 3, at the end 3; b from 2 to 2, at the end 2\."/);
  assert.match(svg, /<tr><td>1<\/td><td>3<\/td><td>2<\/td><\/tr>/);
});
