import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { Metrics, quantile, rate } from './metrics.ts';

async function readingOf(registry: Registry, atMs: number): Promise<Metrics> {
  return new Metrics(await registry.getMetricsAsJSON(), atMs);
}

test('[OPS-2] quantiles and rates are of what happened between two readings', async () => {
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'seconds',
    help: 'h',
    buckets: [0.1, 0.2, 1],
    registers: [registry],
  });
  histogram.observe(0.9);
  const before = await readingOf(registry, 0);
  for (let index = 0; index < 90; index++) histogram.observe(0.05);
  for (let index = 0; index < 10; index++) histogram.observe(0.15);
  const after = await readingOf(registry, 2_000);
  assert.ok(Math.abs(quantile(before, after, 'seconds', 0.45)! - 0.05) < 1e-9);
  assert.ok(Math.abs(quantile(before, after, 'seconds', 0.95)! - 0.15) < 1e-9);
  assert.equal(quantile(after, after, 'seconds', 0.5), null);
  histogram.observe(5);
  assert.equal(quantile(after, await readingOf(registry, 3_000), 'seconds', 0.5), 1);
});

test('[OPS-2] a process that began anew, or does not answer, has no rate', () => {
  const reading = (value: number, atMs: number) =>
    new Metrics(
      [{ name: 'n', help: '', type: 'counter', aggregator: 'sum', values: [{ value, labels: {} }] }] as never,
      atMs,
    );
  assert.equal(rate(reading(10, 0), reading(30, 2_000), 'n'), 10);
  assert.equal(rate(reading(10, 0), reading(3, 2_000), 'n'), null);
  assert.equal(rate(null, reading(3, 2_000), 'n'), null);
  assert.equal(rate(reading(1, 0), null, 'n'), null);
});
