// Metrics of the workers of a test's cluster.
import { setTimeout as delay } from 'node:timers/promises';

/** A cluster, as far as it matters here. */
interface Scraped {
  workers(): Promise<readonly { readonly incarnation: string; readonly admin: string }[]>;
}

const attemptsMax = 20;

/** Repeats what fails while the machine, or the worker that is asked, is too busy to answer in time. */
export async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === attemptsMax) throw error;
      await delay(250);
    }
  }
}

/** A metric of each worker, by incarnation; NaN where it has none of that name. */
export function metricByWorker(cluster: Scraped, name: string): Promise<Map<string, number>> {
  return patiently(() => scrape(cluster, name));
}

async function scrape(cluster: Scraped, name: string): Promise<Map<string, number>> {
  const values = (await cluster.workers()).map(async ({ incarnation, admin }): Promise<[string, number]> => {
    const text = await (await fetch(`http://${admin}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return [incarnation, Number(line?.split(' ')[1])];
  });
  return new Map(await Promise.all(values));
}

/** Added up over all workers. */
export async function metric(cluster: Scraped, name: string): Promise<number> {
  return [...(await metricByWorker(cluster, name)).values()].reduce((sum, value) => sum + value, 0);
}
