// Prometheus metrics that are read from the parts' own counters when scraped, so that the hot path only adds.
import { Counter, Gauge, type Registry } from 'prom-client';

/** One counter for each field, named after it. */
export function addCounters(
  registry: Registry,
  prefix: string,
  what: string,
  totals: Readonly<Record<string, number>>,
): void {
  for (const field of Object.keys(totals)) {
    const name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    addCounter(
      registry,
      `${prefix}_${name}_total`,
      `${what}: ${name.replaceAll('_', ' ')}`,
      () => totals[field]!,
    );
  }
}

export function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  registry.registerMetric(
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    }),
  );
}

export function addCounter(registry: Registry, name: string, help: string, read: () => number): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      registers: [],
      collect() {
        this.reset();
        this.inc(read());
      },
    }),
  );
}

export function addLabelled(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Iterable<[value: string | number, count: number]>,
): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        this.reset();
        for (const [value, count] of read()) this.inc({ [label]: value }, count);
      },
    }),
  );
}
