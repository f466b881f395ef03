// Outcomes of the trials as a page of the documentation.
import { format, resolveConfig } from 'prettier';
import { harms } from './hurt.ts';
import { moments, type Cell, type Outcome } from './trial.ts';

export interface Tried {
  readonly cell: Cell;
  readonly outcome: Outcome;
}

const intro = `# Damaged files

Each kind of file that an installation keeps for its messages is removed, truncated, overwritten with zeros and changed in
three bytes, while everything is stopped and while people write. Then the installation is started, journals are drained as
the leader does it, \`skein doctor --deep\` looks at the record, and everything that was acknowledged is read.

- **right**: it is all there.
- **refused**: the start, or the reading, ends with a sentence.
- **reported**: what is lost, or does not agree, is told by the projector (\`status\`, readiness, the metric) or by
  \`skein doctor --deep\`.

Anything else fails the run. Tables and indexes lose one page when they are zeroed, of other files everything is.
\`SKEIN_DAMAGE_TABLE=docs/damage.md npm run faults -- damaged\` tries all of it and writes this page; \`npm test\` takes some
cells by chance.
`;

/** @param root of the repository */
export async function damagePage(tried: readonly Tried[], root: string): Promise<string> {
  const kinds = [...new Set(tried.map(({ cell }) => cell.kind.name))];
  const columns = moments.flatMap((moment) => harms.map((harm) => ({ moment, harm })));
  const header = ['file', ...columns.map(({ moment, harm }) => `${harm}, ${moment}`)];
  const rows = kinds.map((name) => [
    name,
    ...columns.map(({ moment, harm }) => {
      const found = tried.find(
        ({ cell }) => cell.kind.name === name && cell.moment === moment && cell.harm === harm,
      );
      return found?.outcome.verdict ?? '';
    }),
  ]);
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const said = tried
    .filter(({ outcome }) => outcome.verdict === 'refused' || outcome.verdict === 'reported')
    .filter(({ cell }, index, all) => all.findIndex((each) => each.cell.kind === cell.kind) === index)
    .map(
      ({ cell, outcome }) => `- ${cell.kind.name}, ${cell.harm}: ${outcome.verdict}: ${plain(outcome.says)}`,
    );
  const page = [intro, ...lines, '', '## Said', '', 'One sentence for each kind:', '', ...said, ''].join(
    '\n',
  );
  const config = await resolveConfig(`${root}/docs/damage.md`);
  return format(page, { ...config, parser: 'markdown' });
}

/** Without what differs from run to run. */
function plain(sentence: string): string {
  return sentence
    .replace(/\/tmp\/skein-hurt-\w+/g, '…')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '…')
    .replaceAll('|', '\\|');
}
