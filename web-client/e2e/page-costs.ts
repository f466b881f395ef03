// Costs of what a page does, by the browser's own counters.
import type { CDPSession, Page } from 'playwright-core';

export interface Costs {
  /** Of script, and of everything on the page's main thread. */
  readonly scriptMs: number;
  readonly taskMs: number;
}

/** Runs in the page: tasks of 50 ms and more, as the browser reports them. */
const watchTasks = `window.longTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longTasks.push(duration);
}).observe({ type: 'longtask' });`;

export class PageCosts {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<PageCosts> {
    const session = await page.context().newCDPSession(page);
    await session
      .send('Performance.enable', { timeDomain: 'threadTicks' })
      .catch(() => session.send('Performance.enable'));
    return new PageCosts(page, session);
  }

  /** Elements of the document. */
  elements(): Promise<number> {
    return this.#page.evaluate<number>(`document.getElementsByTagName('*').length`);
  }

  /** Costs of what happens in the page while `work` is done. */
  async during(work: () => Promise<void>): Promise<Costs> {
    const before = await this.#read();
    await work();
    const after = await this.#read();
    return { scriptMs: after.scriptMs - before.scriptMs, taskMs: after.taskMs - before.taskMs };
  }

  /** Durations of the long tasks while `work` is done, longest first, in milliseconds. */
  async longTasksDuring(work: () => Promise<void>): Promise<number[]> {
    await this.#page.evaluate(watchTasks);
    await work();
    const durations = await this.#page.evaluate<number[]>('window.longTasks');
    return durations.sort((a, b) => b - a);
  }

  async #read(): Promise<Costs> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const ms = (wanted: string) => 1_000 * (metrics.find(({ name }) => name === wanted)?.value ?? 0);
    return { scriptMs: ms('ScriptDuration'), taskMs: ms('TaskDuration') };
  }
}
