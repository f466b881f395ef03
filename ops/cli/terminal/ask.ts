// Asks before something that people may regret.
import { createInterface } from 'node:readline/promises';
import { badNews, wrongUse } from '../errors.ts';

export interface ConsentOptions {
  readonly yes?: boolean;
}

/** Resolves when the answer is yes. Where nobody can be asked, `--yes` is the answer. */
export async function consent({ yes }: ConsentOptions, about: string): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw wrongUse(`${about}\nNobody is here to be asked: repeat it with --yes.`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${about}\nGo on? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw badNews('Nothing was done.');
  } finally {
    asking.close();
  }
}
