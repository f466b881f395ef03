// `npm run bench -- report`: a result as a page for people.
import type { Command } from 'commander';
import { readResult, writeReport } from './files.ts';
import { renderHtml } from './report-page.ts';

const examples = `
The page is one file that loads nothing: it can be mailed, or kept beside the result.

Examples:
  npm run bench -- chat --json out.json && npm run bench -- report out.json
  npm run bench -- report out.json --out report.html`;

export function report(program: Command): void {
  program
    .command('report')
    .description('makes a page with figures from the result of any scenario')
    .argument('<result.json>', 'what --json wrote')
    .option('--out <file>', 'where the page goes; else beside the result, as .html')
    .addHelpText('after', examples)
    .action((file: string, { out = `${file.replace(/\.json$/, '')}.html` }: { out?: string }) => {
      writeReport(out, renderHtml(readResult(file)));
      process.stdout.write(`The report is in ${out}.\n`);
    });
}
