// Alerts ask for metrics that there are, each by the name that the code gives it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { metricNames } from '../../protocol/metric-names.ts';

void test('[MSG-2] every alert asks for a metric that is measured', () => {
  const rules = readFileSync(path.join(import.meta.dirname, 'skein.rules.yml'), 'utf8');
  const asked = [...rules.matchAll(/expr:.*?(skein_[a-z_]+)/g)].map(([, name]) => name);
  const measured: readonly string[] = Object.values(metricNames);
  assert.deepEqual(
    asked.filter((name) => !measured.includes(name!)),
    [],
  );
  assert.ok(asked.includes(metricNames.journalsDamaged));
  assert.equal(asked.length, rules.match(/- alert:/g)!.length);
});
