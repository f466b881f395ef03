// What the workers of a test's cluster say of themselves.
import type { TestCluster } from '../../../ops/testing/test-cluster.ts';

/** A metric of each worker, by incarnation; NaN where it has none of that name. */
export async function metricByWorker(cluster: TestCluster, name: string): Promise<Map<string, number>> {
  const values = (await cluster.workers()).map(async ({ incarnation, admin }): Promise<[string, number]> => {
    const text = await (await fetch(`http://${admin}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return [incarnation, Number(line?.split(' ')[1])];
  });
  return new Map(await Promise.all(values));
}

/** Added up over all workers. */
export async function metric(cluster: TestCluster, name: string): Promise<number> {
  return [...(await metricByWorker(cluster, name)).values()].reduce((sum, value) => sum + value, 0);
}
