// Every kind of file that an installation keeps for its messages is damaged in every way, stopped and running: it is right,
// or refuses with a sentence, or tells what is lost. Never silent, never hung.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { seededRandom, chance } from '../../../protocol/testing/seeded-random.ts';
import { rounds } from '../../../protocol/testing/rounds.ts';
import { harms } from './hurt.ts';
import { Template } from './installation.ts';
import { fileKinds } from './kinds.ts';
import { damagePage, type Tried } from './table.ts';
import { moments, tryCell, type Cell } from './trial.ts';

const atOnce = 3;
const root = path.resolve(import.meta.dirname, '../../..');
let template: Template;

before(async () => {
  template = await Template.make();
});
after(() => template?.remove());

const everyCell: readonly Cell[] = fileKinds.flatMap((kind) =>
  moments.flatMap((moment) => harms.map((harm) => ({ kind, harm, moment }))),
);

/** Cells that were silent or hung once. */
const mended: readonly string[] = [
  'PostgreSQL: list of databases, zeroed while stopped',
  'PostgreSQL: map of shared catalogs, zeroed while running',
  'NATS: block of a journal, removed while running',
];

test('[MSG-2] nothing is told of an installation that nobody harmed (FAULTS 37)', async () => {
  for (const moment of moments) {
    const [kind] = fileKinds;
    assert.deepEqual(
      await tryCell(template, { kind: kind!, harm: null, moment }, { seed: 1, next: chance(1) }),
      {
        verdict: 'right',
        says: '',
      },
    );
  }
});

test('[MSG-2] damaged files are no loss, or refused, or told of (FAULTS 12, 32, 33, 37)', async (context) => {
  const random = seededRandom();
  context.diagnostic(`SKEIN_TEST_SEED=${random.seed} repeats what chance decided here`);
  const shuffled = everyCell
    .map((cell) => ({ cell, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ cell }) => cell);
  const cells = [...everyCell.filter((cell) => mended.includes(nameOf(cell))), ...shuffled];
  const wanted = [...new Set(cells)].slice(0, rounds(everyCell.length, 20)).filter(isWanted);
  const tried: Tried[] = [];
  const left = [...wanted];
  const work = async () => {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      // Each cell has chance of its own, so that it can be had again whatever ran beside it.
      const own = random.seed + everyCell.indexOf(cell);
      const outcome = await tryCell(template, cell, { seed: own, next: chance(own) });
      tried.push({ cell, outcome });
      context.diagnostic(`${nameOf(cell)}: ${outcome.verdict} ${outcome.says}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const wrong = tried.filter(({ outcome }) =>
    ['silent', 'hung', 'broken', 'absent'].includes(outcome.verdict),
  );
  const page = process.env['SKEIN_DAMAGE_TABLE'];
  if (page) {
    const inOrder = everyCell.flatMap((cell) => tried.filter((each) => each.cell === cell));
    writeFileSync(path.resolve(root, page), await damagePage(inOrder, root));
  }
  assert.deepEqual(
    wrong.map(({ cell, outcome }) => `${nameOf(cell)}: ${outcome.verdict}: ${outcome.says}`),
    [],
  );
});

function nameOf({ kind, harm, moment }: Cell): string {
  return `${kind.name}, ${harm} while ${moment}`;
}

/** SKEIN_DAMAGE_CELL takes those whose name contains it. */
function isWanted(cell: Cell): boolean {
  return nameOf(cell).includes(process.env['SKEIN_DAMAGE_CELL'] ?? '');
}
