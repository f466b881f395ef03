// A value, the reducer that replaces it, and who wants to know: all that React needs of a store.

/** Calls back before the next picture of the screen. */
export type Soon = (call: () => void) => void;

export class Store<State, Action> {
  readonly #reduce: (state: State, action: Action) => State;
  readonly #soon: Soon;
  readonly #listeners = new Set<() => void>();
  #state: State;
  #told: State;
  #telling = false;

  constructor(
    reduce: (state: State, action: Action) => State,
    initial: State,
    soon: Soon = (call) => call(),
  ) {
    this.#reduce = reduce;
    this.#soon = soon;
    this.#state = initial;
    this.#told = initial;
  }

  readonly get = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Something that this person did: everyone hears of it at once. */
  dispatch(action: Action): void {
    this.#state = this.#reduce(this.#state, action);
    this.#tell();
  }

  /**
   * Something that came by itself. The state has it at once; listeners hear of all that came in the meantime together,
   * so that hundreds of messages a second are shown as often as the screen is drawn.
   */
  arrive(action: Action): void {
    this.#state = this.#reduce(this.#state, action);
    if (this.#telling || this.#state === this.#told) return;
    this.#telling = true;
    this.#soon(() => {
      this.#telling = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#state === this.#told) return;
    this.#told = this.#state;
    for (const listener of this.#listeners) listener();
  }
}
