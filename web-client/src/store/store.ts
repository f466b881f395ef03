// A value, the reducer that replaces it, and who wants to know: all that React needs of a store.

export class Store<State, Action> {
  readonly #reduce: (state: State, action: Action) => State;
  readonly #listeners = new Set<() => void>();
  #state: State;

  constructor(reduce: (state: State, action: Action) => State, initial: State) {
    this.#reduce = reduce;
    this.#state = initial;
  }

  readonly get = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  dispatch(action: Action): void {
    const next = this.#reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
