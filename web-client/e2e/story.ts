// Shared by the stories of one file: an instance of their own, a browser, and people who sign up as they come. The
// steps of a story build on each other, so that after a failure the rest is skipped.
import { after, before, test, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from '../../ops/testing/browser.ts';
import { Instance } from './instance.ts';
import { Person, type Identity } from './person.ts';
import { Screen } from './screen.ts';

export const desktop = { viewport: { width: 1280, height: 800 } };

interface StoryOptions {
  /** Why no step runs. */
  readonly skip?: string | false;
  /** Of the instance, besides its addresses. */
  readonly settings?: NodeJS.ProcessEnv;
}

export class Story {
  #instance: Instance | undefined;
  #browser: Browser | undefined;
  #broken = false;
  #context: TestContext | undefined;
  readonly #people: Person[] = [];
  readonly #skip: string | false;

  /** Registers the beginning and the end with the test runner. */
  constructor({ skip = false, settings = {} }: StoryOptions = {}) {
    this.#skip = skip;
    if (skip !== false) return;
    before(async () => {
      this.#instance = await Instance.create(settings);
      this.#browser = await launchBrowser();
      await this.#instance.start();
    });
    after(async () => {
      await this.#browser?.close().catch(() => undefined);
      await this.#instance?.remove();
    });
  }

  get instance(): Instance {
    return this.#instance!;
  }

  get url(): string {
    return this.instance.url;
  }

  /** A failure says what the instance had to say about it. */
  step(title: string, work: () => Promise<void>): void {
    test(title, { skip: this.#skip }, async (context) => {
      if (this.#broken) return context.skip('an earlier step failed');
      this.#context = context;
      try {
        await work();
      } catch (error) {
        this.#broken = true;
        context.diagnostic(this.#instance!.lastLines());
        throw error;
      }
    });
  }

  /** For who reads the report of the step that runs. */
  say(words: string): void {
    this.#context?.diagnostic(words);
  }

  /** Someone with an account of their own, signed in. */
  async arrive(who: Identity, options: BrowserContextOptions = desktop): Promise<Screen> {
    const person = await this.#comes(who, options);
    await person.signUp();
    return new Screen(person);
  }

  /** Someone who has an account, in another browser. @param prelude runs in each page before its own scripts */
  async returns(who: Identity, prelude?: string): Promise<Screen> {
    const person = await this.#comes(who, desktop, prelude);
    await person.signIn();
    return new Screen(person);
  }

  async #comes(who: Identity, options: BrowserContextOptions, prelude?: string): Promise<Person> {
    const person = await Person.arrive(this.#browser!, who, options);
    if (prelude !== undefined) await person.page.context().addInitScript(prelude);
    this.#people.push(person);
    await person.open(this.url);
    return person;
  }

  /** Errors inside of pages. */
  get errors(): string[] {
    return this.#people.flatMap(({ errors }) => errors);
  }
}
