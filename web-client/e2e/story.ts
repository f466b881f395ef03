// A story of several people: an instance and a browser, which all stories of a process share that want them as they are,
// and people who sign up as they come. The steps of a story build on each other, so that after a failure the rest is
// skipped. Stories that share tell their people apart by handles and names that no other story has.
import { after, before, test, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { atProcessEnd } from '../../ops/testing/process-end.ts';
import { launchBrowser } from '../../ops/testing/browser.ts';
import { Instance } from './instance.ts';
import { Person, type Identity } from './person.ts';
import { Screen } from './screen.ts';

export const desktop = { viewport: { width: 1280, height: 800 } };

interface StoryOptions {
  /** The instance is this story's alone: it is to be broken, or has settings. */
  readonly own?: boolean;
  /** Why no step runs. */
  readonly skip?: string | false;
  /** Of the instance, besides its addresses. */
  readonly settings?: NodeJS.ProcessEnv;
}

interface Scene {
  readonly instance: Instance;
  readonly browser: Browser;
  end(): Promise<void>;
}

let shared: Promise<Scene> | undefined;

async function openScene(settings: NodeJS.ProcessEnv): Promise<Scene> {
  const instance = await Instance.create(settings);
  const browser = await launchBrowser();
  const end = async () => {
    await browser.close().catch(() => undefined);
    await instance.remove();
  };
  try {
    await instance.start();
    return { instance, browser, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function sharedScene(): Promise<Scene> {
  shared ??= openScene({}).then((scene) => {
    atProcessEnd(() => scene.end());
    return scene;
  });
  return shared;
}

export class Story {
  #scene: Scene | undefined;
  #broken = false;
  #context: TestContext | undefined;
  readonly #people: Person[] = [];
  readonly #skip: string | false;

  /** Registers the beginning and the end with the test runner. */
  constructor({ own = false, skip = false, settings = {} }: StoryOptions = {}) {
    this.#skip = skip;
    if (skip !== false) return;
    before(async () => {
      this.#scene = await (own ? openScene(settings) : sharedScene());
    });
    after(async () => {
      for (const person of this.#people) await person.leave().catch(() => undefined);
      if (own) await this.#scene?.end();
    });
  }

  get instance(): Instance {
    return this.#scene!.instance;
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
        context.diagnostic(this.instance.lastLines());
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
    const person = await Person.arrive(this.#scene!.browser, who, options);
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
