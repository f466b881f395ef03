// `npm run bench -- flame`: costs of the processes of a profiled run, and their profiles for a flame graph.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { readResult, writeReport } from '../report/files.ts';
import { readProfiles } from './folder.ts';
import { renderProfiles } from './table.ts';

const examples = `
Prints a table of the most expensive functions and modules, and writes one profile for each process into the folder's
"measured", named after the process (worker-1.cpuprofile), to be opened with speedscope, which is installed with the
project and loads nothing from the network. With --result only the measured interval counts, and costs are told by message.
What an extension such as uWebSockets spends is in the function that called it, and the engine's own work in (program).

Examples:
  npm run bench -- chat --profile prof --json out.json
  npm run bench -- flame prof --result out.json
  npx speedscope prof/measured/worker-1.cpuprofile`;

export function flame(program: Command): void {
  program
    .command('flame')
    .description('prints where the CPU time of a profiled run went, and writes profiles for speedscope')
    .argument('<folder>', 'the folder that was given to --profile')
    .option('--result <file>', 'the file that --json wrote in the same run')
    .addHelpText('after', examples)
    .action((folder: string, { result: file }: { result?: string }) => {
      const run = readProfiles(folder, file === undefined ? null : readResult(file));
      const measured = path.join(folder, 'measured');
      mkdirSync(measured, { recursive: true });
      const files = run.processes.map(({ name, profile }) => {
        const out = path.join(measured, `${name.replace(/[^\w]+/g, '-')}.cpuprofile`);
        writeReport(out, JSON.stringify(profile));
        return out;
      });
      const open = files.map((each) => `  npx speedscope ${each}`).join('\n');
      process.stdout.write(`${renderProfiles(run)}\nFlame graphs:\n${open}\n`);
    });
}
