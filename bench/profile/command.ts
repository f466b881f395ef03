// `npm run bench -- flame`: what the processes of a profiled run were busy with.
import path from 'node:path';
import type { Command } from 'commander';
import { readResult, writeReport } from '../report/html-file.ts';
import { renderFlame } from './flame.ts';
import { readProfiles } from './folder.ts';
import { renderProfiles } from './table.ts';

const examples = `
Writes a page for each process into the folder, named after it (worker-1.html), and a table of the most expensive
functions and modules to the terminal. With --result only the measured interval counts, and costs are told by message.
What an extension such as uWebSockets spends is in the function that called it, and the engine's own work in (program).

Examples:
  npm run bench -- chat --profile prof --json out.json
  npm run bench -- flame prof --result out.json`;

export function flame(program: Command): void {
  program
    .command('flame')
    .description('makes flame graphs and a table of costs from the profiles of a run')
    .argument('<folder>', 'what was given to --profile')
    .option('--result <file>', 'what --json wrote in the same run')
    .addHelpText('after', examples)
    .action((folder: string, { result: file }: { result?: string }) => {
      const run = readProfiles(folder, file === undefined ? null : readResult(file));
      const files = run.processes.map((process) => {
        const out = path.join(folder, `${process.name.replace(/[^\w]+/g, '-')}.html`);
        writeReport(out, renderFlame(process, run.counted, run.messages));
        return out;
      });
      process.stdout.write(`${renderProfiles(run)}\nFlame graphs: ${files.join(', ')}\n`);
    });
}
