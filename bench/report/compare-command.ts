// `npm run bench -- compare`: what a change did to the numbers.
import type { Command } from 'commander';
import { BenchError } from '../bench-error.ts';
import { noiseRule } from './compare-numbers.ts';
import { compare, renderComparisonHtml, renderComparisonText, type NamedResult } from './compare.ts';
import { readResult, writeReport } from './files.ts';

const examples = `
${noiseRule}
Runs alternately made before and after (before, after, before, after) differ least by what else the machine does.

Examples:
  npm run bench -- compare before.json after.json
  npm run bench -- compare a1.json,a2.json,a3.json b1.json,b2.json,b3.json --out compared.html`;

export function comparison(program: Command): void {
  program
    .command('compare')
    .description('holds results against each other, number by number')
    .argument('<before.json>', 'one result, or several with commas between them, of which the medians count')
    .argument('<after.json>', 'the same')
    .option('--out <file>', 'write a page as well')
    .addHelpText('after', examples)
    .action((before: string, after: string, { out }: { out?: string }) => {
      const [left, right] = [read(before), read(after)];
      requireOneScenario([...left, ...right]);
      const compared = compare(left, right);
      if (out !== undefined) writeReport(out, renderComparisonHtml(compared));
      process.stdout.write(renderComparisonText(compared));
      if (out !== undefined) process.stdout.write(`The page is in ${out}.\n`);
    });
}

function read(files: string): NamedResult[] {
  const names = files.split(',').filter((file) => file !== '');
  if (names.length === 0) throw new BenchError('Name a result on each side of "compare".');
  return names.map((file) => ({ file, result: readResult(file) }));
}

function requireOneScenario(all: readonly NamedResult[]): void {
  const scenarios = new Set(all.map(({ result }) => String(result['scenario'])));
  if (scenarios.size < 2) return;
  throw new BenchError(
    `Results of different scenarios (${[...scenarios].join(', ')}) have nothing to be compared by: name those of one.`,
  );
}
