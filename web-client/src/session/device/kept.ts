// Small things that this browser keeps of one account: drafts, choices. The account is part of each name, so that whoever
// signs in next finds nothing of whoever was here before, also when that one's session ended without signing out.

const prefix = 'skein.of.';
/** Names of before, which said nothing about whose they were. */
const ownerless = /^skein\.(draft\.|alerts$|recent-emojis$)/;

export class Kept {
  readonly #storage: Storage;
  readonly #prefix: string;

  constructor(userId: string, storage: Storage) {
    this.#storage = storage;
    this.#prefix = `${prefix}${userId}.`;
    for (const item of Object.keys(storage)) if (ownerless.test(item)) storage.removeItem(item);
  }

  get(name: string): string | null {
    return this.#storage.getItem(this.#prefix + name);
  }

  /** Null takes it away. Where the quota is used up, it lives as long as the page. */
  set(name: string, value: string | null): void {
    try {
      if (value === null) this.#storage.removeItem(this.#prefix + name);
      else this.#storage.setItem(this.#prefix + name, value);
    } catch {
      // Nothing more can be kept here.
    }
  }

  /** Names that begin so. */
  names(beginning: string): string[] {
    const start = this.#prefix + beginning;
    const items = Object.keys(this.#storage).filter((item) => item.startsWith(start));
    return items.map((item) => item.slice(this.#prefix.length));
  }
}
