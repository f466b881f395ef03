// Actions on groups and people on a screen, beyond writing: dialogs, details, notifications.
import type { Locator, Page } from 'playwright-core';
import { SkeinClient } from '../../protocol/client/index.ts';
import type { Identity, Person } from './person.ts';
import { becomes, eventually } from './waiting.ts';
import { isolated } from '../../protocol/text/visible.ts';

export interface NewGroup {
  readonly name: string;
  readonly description?: string;
  readonly people: readonly Identity[];
  /** A picture's bytes. */
  readonly picture?: Buffer;
}

export class Screen {
  readonly person: Person;

  constructor(person: Person) {
    this.person = person;
  }

  get handle(): string {
    return this.person.handle;
  }
  get page(): Page {
    return this.person.page;
  }

  at(testId: string): Locator {
    return this.page.getByTestId(testId);
  }
  dialog(title: string): Locator {
    return this.page.getByRole('dialog', { name: title });
  }
  row(name: string): Locator {
    return this.at('conversation').filter({ hasText: name });
  }
  member({ handle }: Identity): Locator {
    return this.page.locator(`[data-testid=member][data-handle=${handle}]`);
  }

  async createGroup({ name, description = '', people, picture }: NewGroup): Promise<void> {
    await this.at('new-group').click();
    const dialog = this.dialog('New group');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Description').fill(description);
    if (picture) {
      const file = { name: 'picture.png', mimeType: 'image/png', buffer: picture };
      await dialog.getByTestId('group-picture').setInputFiles(file);
    }
    await this.pick(dialog, people);
    await dialog.getByTestId('create-group').click();
    await dialog.waitFor({ state: 'detached' });
    await becomes('the title', () => this.threadTitle(), name);
  }

  /** Finds people one after the other, and takes each as a chip. */
  async pick(dialog: Locator, people: readonly Identity[]): Promise<void> {
    for (const { handle, displayName } of people) {
      await dialog.getByTestId('pick-people').fill(handle);
      await dialog
        .getByTestId('person-result')
        .filter({ hasText: `@${handle}` })
        .click();
      await dialog.getByTestId('chip').filter({ hasText: displayName }).waitFor();
    }
  }

  async openRow(name: string): Promise<void> {
    await this.row(name).click();
    await becomes('the title', () => this.threadTitle(), name);
  }

  async threadTitle(): Promise<string | null> {
    const title = this.at('thread-title');
    return (await title.allTextContents())[0] ?? null;
  }

  async openDetails(): Promise<void> {
    if ((await this.at('details').count()) > 0) return;
    await this.at('open-details').click();
    await this.at('details').waitFor();
  }
  async tab(name: 'Members' | 'Insight' | 'Audit'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }
  async closeDetails(): Promise<void> {
    await this.page.getByRole('button', { name: 'Close the details' }).click();
    await this.at('details').waitFor({ state: 'detached' });
  }

  /** From the menu of a member; where the action asks, it is confirmed. */
  async act(member: Identity, action: string, confirm = false): Promise<void> {
    await this.member(member)
      .getByRole('button', { name: `Actions for ${isolated(member.displayName)}` })
      .click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
    if (confirm) await this.at('confirm').click();
  }

  /** Handles with roles, as the list shows them. */
  async members(): Promise<string[]> {
    const rows = await this.at('member').all();
    return Promise.all(
      rows.map(
        async (row) => `${await row.getAttribute('data-handle')} ${await row.getAttribute('data-role')}`,
      ),
    );
  }

  async mute(choice: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Muted?$/ }).click();
    await this.page.getByRole('menuitem', { name: choice, exact: true }).click();
  }

  /** Waits for these words in place of a thread that is gone. */
  async farewell(words: string): Promise<void> {
    const said = async () => ((await this.at('no-thread').textContent()) ?? '').slice(0, words.length);
    await becomes(`what ${this.handle} sees in place of the thread`, said, words);
  }

  async writes(body: string): Promise<void> {
    await this.person.write(body);
    await this.hears(body);
  }
  /** A message with these words is on the screen. */
  async hears(body: string): Promise<void> {
    await eventually(`${this.handle} sees "${body}"`, async () =>
      (await this.person.messagesNearby()).some((message) => message.body === body && message.seq !== null),
    );
  }

  async bellCount(): Promise<number> {
    // In one look: it may go between two.
    const [count] = await this.at('bell-count').allTextContents();
    return Number(count ?? 0);
  }
  async openBell(): Promise<Locator> {
    await this.at('bell').click();
    const dialog = this.dialog('Notifications');
    await dialog.waitFor();
    return dialog;
  }

  /** This person's account in a program of their own. The caller closes it. */
  async client(): Promise<SkeinClient> {
    const read = `JSON.parse(localStorage.getItem('skein.session')).accessToken`;
    const token = await this.page.evaluate<string>(read);
    const client = new SkeinClient({
      url: `${new URL(this.page.url()).origin.replace('http', 'ws')}/ws`,
      deviceId: crypto.randomUUID(),
      clientName: 'e2e',
      token: () => Promise.resolve(token),
    });
    client.connect();
    await eventually('the program is online', () => client.state.name === 'online');
    return client;
  }
}
