// Listeners by event name, typed by a map of names to argument lists. Runs in Node and in browsers alike.

type Listener<Arguments extends unknown[]> = (...values: Arguments) => void;

export class Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Returns what removes the listener again. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener as Listener<never>);
    return () => void set.delete(listener as Listener<never>);
  }

  emit<Name extends keyof Events>(name: Name, ...values: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as Listener<Events[Name]>)(...values);
      } catch (error) {
        // One listener's fault keeps nothing from the others, nor from what follows; it surfaces as uncaught.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
