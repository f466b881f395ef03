// The step of a start that fills an installation, where `--demo` asks for it.
import { clusterSecretFile as clusterSecretFileOf } from '../../cluster/cluster-secret.ts';
import { inStep } from '../embedded/instance.ts';
import type { AfterStart } from '../embedded/run-instance.ts';
import { people } from './cast.ts';
import { demoPassword, seedDemo } from './seed.ts';

export const seedOnWish: AfterStart = async ({ instance, options, progress }) => {
  if (!options.demo) return '';
  const { databaseUrl } = instance;
  const clusterSecretFile = clusterSecretFileOf(process.env, options.stateDir);
  const { host, port } = options.listen;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  await inStep(progress.step('Demo'), async (step) => {
    const isNew = await seedDemo(
      { databaseUrl, clusterSecretFile, url, publicUrl: options.publicUrl },
      step.say,
    );
    step.done(isNew ? 'people and conversations made' : 'was there already');
  });
  const others = people.slice(1).map(({ handle }) => handle);
  return `sign in as ${people[0]!.handle} (or ${others.join(', ')}) with the password "${demoPassword}"`;
};
