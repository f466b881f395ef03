// One cluster for all test files of a process, for those that want it as it is: two workers, no settings of their own.
// They may kill its processes, which come back; people are told apart by names that begin with the rule or the file.
import { after } from 'node:test';
import { eventually } from '../../protocol/waiting.ts';
import type { TestServices } from './services.ts';
import type { TestCluster } from './test-cluster.ts';

export interface SharedCluster {
  readonly cluster: TestCluster;
  readonly services: TestServices;
}

const workers = 2;
let shared: Promise<SharedCluster> | undefined;

// Loaded before the first file by what runs several in one process, so that it is done after the last one.
after(async () => {
  const { cluster, services } = (await shared?.catch(() => undefined)) ?? {};
  await cluster?.stop();
  await services?.stop();
});

/** Started for the first file that asks; for each it has all of its workers. */
export async function sharedCluster(): Promise<SharedCluster> {
  shared ??= start();
  const { cluster } = await shared;
  await eventually(async () => (await cluster.workers()).length === workers);
  return shared;
}

/** Loads what a cluster needs only now: tests without services share processes too. */
async function start(): Promise<SharedCluster> {
  const { acquireServices } = await import('./services.ts');
  const { TestCluster } = await import('./test-cluster.ts');
  const services = await acquireServices();
  try {
    return { services, cluster: await TestCluster.start({ services, workers }) };
  } catch (error) {
    await services.stop();
    throw error;
  }
}
