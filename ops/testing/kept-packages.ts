// Debian packages that only tests and benches want, fetched once and kept unpacked in the cache.
import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { aptSuites, fetchFromApt, type AptPackages } from '../embedded/apt-packages.ts';
import { inWorkDir } from '../embedded/program-cache.ts';

/**
 * Fetches packages unless `kept` has them already.
 * @param kept the folder that stands for `/`
 * @param probe answers what is wanted of such a folder, if it works on this machine
 */
export async function keptPackages<Found>(
  wanted: AptPackages,
  kept: string,
  probe: (root: string) => Promise<Found | undefined>,
): Promise<Found | { reason: string }> {
  const found = await probe(kept);
  if (found !== undefined) return found;
  const [suite] = aptSuites().own;
  if (suite === undefined) return { reason: 'there is no apt here' };
  return inWorkDir(path.dirname(kept), async (workDir): Promise<Found | { reason: string }> => {
    const fetched = await fetchFromApt(wanted, suite, workDir);
    if ('reason' in fetched) return fetched;
    if ((await probe(fetched.root)) === undefined)
      return { reason: `the package ${wanted.names[0]} does not work on this machine` };
    try {
      renameSync(fetched.root, kept);
    } catch (error) {
      // Another run was quicker, and what it kept is as good.
      if (!existsSync(kept)) throw error;
    }
    return (await probe(kept)) ?? { reason: `${kept} is damaged: delete it` };
  });
}

/** Where Debian keeps libraries: below the name of the architecture. */
export function librariesIn(root: string): string[] {
  return [path.join(root, 'usr', 'lib'), path.join(root, 'lib')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((folder) => folder.endsWith('-linux-gnu'));
}
