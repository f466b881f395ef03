// Someone with a browser: does what a person does with Skein, and tells what their screen shows.
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { patienceMs } from '../../protocol/waiting.ts';
import { becomes, eventually } from './waiting.ts';

export interface Identity {
  readonly handle: string;
  readonly displayName: string;
}

/** A message as it stands on a screen. */
export interface ShownMessage {
  readonly key: string;
  /** Null until it was acknowledged. */
  readonly seq: number | null;
  readonly state: 'received' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
  readonly body: string;
}

const password = 'correct horse battery';
/** Runs in the page; as text, since this code knows no browser globals. */
const readMessages = `[...document.querySelectorAll('[data-testid=message]')].map((row) => ({
  key: row.dataset.key,
  seq: row.dataset.seq === undefined ? null : Number(row.dataset.seq),
  state: row.dataset.state,
  body: row.querySelector('[data-testid=message-body]').textContent,
}))`;

/** Only rows about the window are in the document: goes through all of the thread, window by window, and back. */
const readThread = `(async () => {
  const scroller = document.querySelector('.thread-scroll');
  if (!scroller) return [];
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  const isAtEnd = scrollTop + clientHeight > scrollHeight - 60;
  const found = new Map();
  for (let top = 0; ; top += clientHeight) {
    scroller.scrollTop = top;
    await drawn();
    for (const message of ${readMessages}) found.set(message.key, message);
    if (top + clientHeight >= scroller.scrollHeight) break;
  }
  scroller.scrollTop = isAtEnd ? scroller.scrollHeight : scrollTop;
  await drawn();
  const place = ({ seq }) => seq ?? Infinity;
  return [...found.values()].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
})()`;

/** How many messages the page has on disk until they are acknowledged; for closing the tab no sooner than that. */
const countKept = `indexedDB.databases().then((databases) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(databases.find(({ name }) => name.startsWith('skein.outbox.')).name);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction('messages').objectStore('messages').count();
    counting.onerror = () => reject(counting.error);
    counting.onsuccess = () => resolve(counting.result);
    opening.result.close();
  };
}))`;

/** As when the disk is full: nothing can be kept any more, for as long as the page is open. */
const fillDisk = `IDBDatabase.prototype.transaction = () => {
  throw new DOMException('The disk is full.', 'QuotaExceededError');
}`;

export class Person {
  readonly handle: string;
  readonly displayName: string;
  /** Errors inside the page; there may be none. */
  readonly errors: string[] = [];
  /** WebSockets that this person's pages have opened. */
  socketCount = 0;
  readonly #context: BrowserContext;
  #page: Page;

  private constructor({ handle, displayName }: Identity, context: BrowserContext, page: Page) {
    this.handle = handle;
    this.displayName = displayName;
    this.#context = context;
    this.#page = page;
    context.on('weberror', (error) => this.errors.push(String(error.error())));
    context.on('page', (opened) => this.#watch(opened));
    this.#watch(page);
  }

  static async arrive(browser: Browser, who: Identity, options: BrowserContextOptions): Promise<Person> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(patienceMs);
    context.setDefaultNavigationTimeout(patienceMs);
    return new Person(who, context, await context.newPage());
  }

  /** For steps that are about other things than writing; see Screen. */
  get page(): Page {
    return this.#page;
  }

  get path(): string {
    return new URL(this.#page.url()).pathname;
  }

  async open(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  /** From the landing page to the first, empty list. */
  async signUp(): Promise<void> {
    await this.#at('sign-up').click();
    await this.#page.getByRole('heading', { name: 'Create an account' }).waitFor();
    await this.#fillSignUp(this.handle);
    await this.online();
  }

  /** Asks for a handle that someone has, sees why it cannot be had, and stays on the page. */
  async tryToSignUpAs(handle: string): Promise<void> {
    await this.#at('sign-up').click();
    await this.#fillSignUp(handle);
    await this.#page.getByText('This handle is taken').waitFor();
  }

  /** On the sign-up page that was refused. */
  async signUpAgain(): Promise<void> {
    await this.#fillSignUp(this.handle);
    await this.online();
  }

  /** @param loses something that was begun, which the page asks about */
  async signOut(loses = false): Promise<void> {
    await this.#at('sign-out').click();
    if (loses) await this.#at('confirm').click();
    await this.seesLanding();
  }

  async seesLanding(): Promise<void> {
    await this.#at('sign-in').waitFor();
  }

  async signIn(): Promise<void> {
    await this.signInAs(this);
  }

  /** With this browser, whosever it is. */
  async signInAs({ handle }: Pick<Identity, 'handle'>): Promise<void> {
    await this.#at('sign-in').click();
    await this.#page.getByLabel('Handle').fill(handle);
    await this.#page.getByLabel('Password').fill(password);
    await this.#page.getByRole('button', { name: 'Sign in' }).click();
    await this.online();
  }

  /** Finds someone by the first letters of their handle, and opens the conversation with them. */
  async openChatWith({ handle, displayName }: Identity): Promise<void> {
    await this.#at('find-people').fill(`@${handle.slice(0, 4).toUpperCase()}`);
    await this.#at('person-result').filter({ hasText: displayName }).click();
    await this.#at('thread').waitFor();
    await this.#page.waitForURL('**/c/*');
  }

  async openFromList(peer: Identity): Promise<void> {
    await this.#at('conversation').filter({ hasText: peer.displayName }).click();
    await this.#at('thread').waitFor();
  }

  /** Back to the list; on a phone there is a button for it. */
  async leaveThread(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Back to conversations' }).click();
    await this.#at('thread').waitFor({ state: 'detached' });
  }

  async reload(): Promise<void> {
    await this.#page.reload();
    await this.online();
  }

  /** Closes the tab and opens the same address in a new one. */
  async closeTab(): Promise<void> {
    await this.#page.close();
  }
  async openTab(url: string): Promise<void> {
    this.#page = await this.#context.newPage();
    await this.#page.goto(url);
  }

  /** Closes the tab and goes on in one that was open all the time. */
  async turnToOtherTab(): Promise<void> {
    await this.#page.close();
    this.#page = this.#context.pages()[0]!;
  }

  async write(body: string): Promise<void> {
    const composer = this.#at('composer');
    await composer.fill(body);
    await composer.press('Enter');
  }

  /** Messages about the window: all of a short thread. */
  messagesNearby(): Promise<ShownMessage[]> {
    return this.#page.evaluate<ShownMessage[]>(readMessages);
  }

  /** All messages of the thread, as far as it is loaded. */
  messages(): Promise<ShownMessage[]> {
    return this.#page.evaluate<ShownMessage[]>(readThread);
  }

  /** Rows of the thread, as far as it is loaded, whether they are in the document or not. */
  async rowCount(): Promise<number> {
    return Number(await this.#page.locator('.thread-rows').getAttribute('data-count'));
  }

  /** Writes what cannot be kept; answers what the page says of it, and what is in the composer then. */
  async writeOnFullDisk(body: string): Promise<{ said: string | null; left: string }> {
    await this.#page.evaluate(fillDisk);
    await this.write(body);
    const said = await this.#at('send-refusal').textContent();
    return { said, left: await this.#at('composer').inputValue() };
  }

  keptCount(): Promise<number> {
    return this.#page.evaluate<number>(countKept);
  }

  /** Scrolls up as with a wheel until the conversation begins. Answers how many messages were there before. */
  async scrollToStart(): Promise<number> {
    await this.#at('message').first().waitFor();
    const before = await this.rowCount();
    await this.#page.getByRole('log').hover();
    await eventually(`${this.handle} reaches the beginning of the conversation`, async () => {
      await this.#page.mouse.wheel(0, -4_000);
      return this.#page.getByText('This is the beginning of your conversation').isVisible();
    });
    return before;
  }

  /** To the latest message, with the button that says how many are new. */
  async scrollToEnd(): Promise<void> {
    await this.#at('to-bottom').click();
    await this.#at('to-bottom').waitFor({ state: 'detached' });
  }

  /** The badge beside the conversation; 0 when there is none. */
  async unread(): Promise<number> {
    const badge = this.#at('unread');
    return Number((await badge.allTextContents())[0] ?? 0);
  }

  title(): Promise<string> {
    return this.#page.title();
  }

  async connection(): Promise<string> {
    return (await this.#at('connection-state').getAttribute('data-state')) ?? '';
  }

  async online(): Promise<void> {
    await becomes(`the connection of ${this.handle}`, () => this.connection(), 'online');
  }

  /** The network of this person's device. */
  async network(connected: boolean): Promise<void> {
    await this.#context.setOffline(!connected);
  }

  /** Waits for the banner to say it. */
  async banner(text: string): Promise<void> {
    await this.#page.getByRole('status').filter({ hasText: text }).waitFor();
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }

  #at(testId: string): Locator {
    return this.#page.getByTestId(testId);
  }

  async #fillSignUp(handle: string): Promise<void> {
    await this.#page.getByLabel('Handle').fill(handle);
    await this.#page.getByLabel('Display name').fill(this.displayName);
    await this.#page.getByLabel('Password').fill(password);
    await this.#page.getByRole('button', { name: 'Create account' }).click();
  }

  #watch(page: Page): void {
    page.on('websocket', () => (this.socketCount += 1));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.errors.push(message.text());
    });
  }
}

/** Own messages on a screen. */
export function ownOf(messages: readonly ShownMessage[]): ShownMessage[] {
  return messages.filter(({ state }) => state !== 'received');
}

/** Content of one screen, for comparing it with another: the same places hold the same words. */
export function wordsOf(messages: readonly ShownMessage[]): string[] {
  return messages.map(({ seq, body }) => `${seq ?? 'unacknowledged'} ${body}`);
}

export function sameWords(a: readonly ShownMessage[], b: readonly ShownMessage[]): void {
  assert.deepEqual(wordsOf(a), wordsOf(b));
}
