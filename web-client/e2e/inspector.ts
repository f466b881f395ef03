// Looks at a screen as it stands: whether everything can be reached in its window, and what axe finds in it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Page } from 'playwright-core';

const geometry = readFileSync(path.join(import.meta.dirname, 'geometry.js'), 'utf8');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The rule about names that lack the words on the control is off by itself, as it is young. */
const runAxe = `axe.run(document, {
  resultTypes: ['violations'],
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  rules: { 'label-content-name-mismatch': { enabled: true }, 'target-size': { enabled: true } },
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary.split('\\n').slice(1).join(' ').trim())))`;

export class Inspector {
  readonly #page: Page;
  readonly #names: readonly string[];
  /** Sentences about things that are wrong, each with the first screen where it was. */
  readonly #findings = new Map<string, string>();

  /** @param names of people, groups and files that may stand on its screens */
  constructor(page: Page, names: readonly string[]) {
    this.#page = page;
    this.#names = names;
  }

  get findings(): readonly string[] {
    return [...this.#findings].map(([sentence, screen]) => `${screen}: ${sentence}`);
  }

  /** Notes what is wrong on the screen. */
  async look(screen: string): Promise<void> {
    // Colours and places that are still on their way are nobody's fault.
    await this.#page.evaluate(
      `Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity).map(({ finished }) => finished))`,
    );
    if (!(await this.#page.evaluate<boolean>(`'axe' in window`))) await this.#page.evaluate(axe);
    await this.#page.evaluate(`globalThis.skeinNames = ${JSON.stringify(this.#names)}`);
    const wrong = [
      ...(await this.#page.evaluate<string[]>(geometry)),
      ...(await this.#page.evaluate<string[]>(runAxe)),
    ];
    for (const sentence of wrong) if (!this.#findings.has(sentence)) this.#findings.set(sentence, screen);
    const folder = process.env['SKEIN_E2E_PICTURES'];
    if (folder) await this.#page.screenshot({ path: `${folder}/${screen.replaceAll(/\W+/g, '-')}.png` });
  }
}
