// Actions on messages on a screen: points at them, answers, changes and deletes them, reacts, and looks
// at what became of them.
import type { Locator, Page } from 'playwright-core';
import type { Screen } from './screen.ts';
import { becomes, eventually } from './waiting.ts';

/** Longer than a tool takes to appear. */
const pressWithinMs = 3_000;

interface ReactionButton {
  readonly dataset: { readonly emoji: string };
  readonly ariaPressed: string | null;
  readonly nextElementSibling: { readonly textContent: string };
}

export class Talker {
  readonly screen: Screen;

  constructor(screen: Screen) {
    this.screen = screen;
  }

  get page(): Page {
    return this.screen.page;
  }
  get composer(): Locator {
    return this.screen.at('composer');
  }

  async write(body: string): Promise<void> {
    await this.composer.fill(body);
    await this.composer.press('Enter');
  }

  /** The message that says this. */
  row(body: string): Locator {
    return this.page
      .getByTestId('message')
      .filter({ has: this.page.getByTestId('message-body').getByText(body, { exact: true }) });
  }

  /** From the menu beside a message. */
  async choose(body: string, action: string): Promise<void> {
    await this.openMenu(body);
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }
  async openMenu(body: string): Promise<void> {
    await this.#press(body, (row) => row.getByRole('button', { name: 'More actions' }));
  }
  /** Entries of the menu beside a message. */
  async offered(body: string): Promise<string[]> {
    await this.openMenu(body);
    await this.row(body).getByRole('menuitem').first().waitFor();
    const items = await this.row(body).getByRole('menuitem').allTextContents();
    await this.page.keyboard.press('Escape');
    return items;
  }

  async reply(to: string, body: string): Promise<void> {
    await this.#press(to, (row) => row.getByTestId('reply'));
    await this.screen.at('reply-bar').waitFor();
    await this.write(body);
    await this.row(body).waitFor();
  }

  async react(body: string, search: string): Promise<void> {
    await this.#press(body, (row) => row.getByTestId('react'));
    await this.screen.at('emoji-search').fill(search);
    await this.page.keyboard.press('Enter');
    await this.screen.at('emoji-picker').waitFor({ state: 'detached' });
  }

  /** A tool beside a message, pointed at again when something that came has moved the message away. */
  async #press(body: string, tool: (row: Locator) => Locator): Promise<void> {
    const row = this.row(body);
    await eventually(`a tool beside "${body}" can be pressed`, async () => {
      await row.locator('.bubble').hover();
      const pressed = tool(row).click({ timeout: pressWithinMs });
      return pressed.then(() => true).catch(() => false);
    });
  }

  /** Emoji and counts on a message, own ones with a star: `👍2* 🎉1`. */
  async reactions(body: string): Promise<string> {
    const shown = this.row(body).getByTestId('reaction');
    // At one moment: a reaction may go while its parts are asked for one after the other.
    const parts = await shown.evaluateAll((buttons: ReactionButton[]) =>
      buttons.map(({ dataset, ariaPressed, nextElementSibling }) => {
        return `${dataset.emoji}${nextElementSibling.textContent}${ariaPressed === 'true' ? '*' : ''}`;
      }),
    );
    return parts.join(' ');
  }

  /** Presses an emoji on a message: puts one's own on, or takes it off. */
  async toggle(body: string, emoji: string): Promise<void> {
    await this.row(body).locator(`[data-testid=reaction][data-emoji="${emoji}"]`).click();
  }

  async seesReactions(body: string, expected: string): Promise<void> {
    await becomes(`the reactions ${this.screen.handle} sees`, () => this.reactions(body), expected);
  }

  /** Names in the panel that is open. */
  async someones(panel: 'reactors' | 'readers'): Promise<string[]> {
    await this.screen.at(panel).getByTestId('someone').first().waitFor();
    const names = await this.screen
      .at(panel)
      .getByTestId('someone')
      .locator('span:last-child')
      .allTextContents();
    return names.sort();
  }

  /** Lines about the group. */
  news(): Promise<string[]> {
    return this.screen.at('news').allTextContents();
  }

  async isInSight(body: string): Promise<boolean> {
    const box = await this.row(body).boundingBox();
    const view = await this.page.locator('.thread-scroll').boundingBox();
    return box !== null && view !== null && box.y >= view.y && box.y + box.height <= view.y + view.height;
  }

  async seesInSight(body: string): Promise<void> {
    await eventually(`${this.screen.handle} has "${body}" in sight`, async () =>
      (await this.row(body).count()) === 1 ? this.isInSight(body) : false,
    );
  }
}
