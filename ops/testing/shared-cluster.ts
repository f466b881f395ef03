// One cluster for all test files of a process, for those that want it as it is: two workers, no settings of their own.
// They may kill its processes, which come back; people are told apart by names that begin with the rule or the file.
import { eventually } from '../../protocol/waiting.ts';
import { atProcessEnd } from './process-end.ts';
import { acquireServices, type TestServices } from './services.ts';
import { TestCluster } from './test-cluster.ts';

export interface SharedCluster {
  readonly cluster: TestCluster;
  readonly services: TestServices;
}

const workers = 2;
let shared: Promise<SharedCluster> | undefined;

/** Started for the first file that asks; for each it has all of its workers. */
export async function sharedCluster(): Promise<SharedCluster> {
  shared ??= start();
  const { cluster } = await shared;
  await eventually(async () => (await cluster.workers()).length === workers);
  return shared;
}

async function start(): Promise<SharedCluster> {
  const services = await acquireServices();
  atProcessEnd(() => services.stop());
  const cluster = await TestCluster.start({ services, workers });
  atProcessEnd(() => cluster.stop());
  return { services, cluster };
}
