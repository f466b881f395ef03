// Writes which code of the web client ran in a browser of `npm run coverage`, by the browser's own count, into the folder
// where Node's processes write theirs.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Counts in every page that this browser opens from here on. */
export function countCoverage(browser: Browser, folder: string): void {
  const newContext = browser.newContext.bind(browser);
  const close = browser.close.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    countIn(context, folder);
    return context;
  };
  browser.close = async (options) => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await close(options);
  };
}

function countIn(context: BrowserContext, folder: string): void {
  const counting = new Map<Page, Promise<void>>();
  const write = async (page: Page): Promise<void> => {
    await counting.get(page);
    counting.delete(page);
    const result = await page.coverage.stopJSCoverage();
    writeFileSync(path.join(folder, `coverage-browser-${randomUUID()}.json`), JSON.stringify({ result }));
  };
  // A page that has crashed, or whose browser is gone, has nothing to tell.
  const writeIfPossible = (page: Page) => write(page).catch(() => undefined);
  context.on('page', (page) => {
    const started = page.coverage.startJSCoverage({ resetOnNavigation: false }).catch(() => undefined);
    counting.set(page, started);
    const close = page.close.bind(page);
    page.close = async (options) => {
      await writeIfPossible(page);
      await close(options);
    };
  });
  const close = context.close.bind(context);
  context.close = async (options) => {
    await Promise.all([...counting.keys()].map(writeIfPossible));
    await close(options);
  };
}
