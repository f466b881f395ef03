// The one place that tells the server whose presence this page looks at. Components say whom they show; what they say
// within a moment becomes one request, and the SDK repeats it over reconnects.
import type { SkeinClient } from '../../../protocol/client/index.ts';
import { peopleToWatch, type Watcher } from './watched-people.ts';

const gatherMs = 250;
/** Someone whom one has just met may not be watched for a moment: the server's record of it trails. */
const askAgainMs = 2_000;
const asksMax = 4;

export class PresenceWatch {
  readonly #client: SkeinClient;
  readonly #myId: string;
  readonly #wishes = new Map<Watcher, readonly string[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #watched = '';

  constructor(client: SkeinClient, myId: string) {
    this.#client = client;
    this.#myId = myId;
  }

  /** These in place of those that the same part of the page wanted before. */
  want(watcher: Watcher, userIds: readonly string[]): void {
    this.#wishes.set(watcher, userIds);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
  }

  #tell(): void {
    const people = peopleToWatch(this.#wishes, this.#myId);
    const watched = people.toSorted().join();
    if (watched === this.#watched) return;
    this.#watched = watched;
    clearTimeout(this.#again);
    void this.#ask(people, 1);
  }

  async #ask(people: readonly string[], attempt: number): Promise<void> {
    try {
      const told = await this.#client.watchPresence([...people]);
      if (told.length === people.length) return;
    } catch {
      // Without a connection the SDK asks by itself once there is one.
      if (this.#client.state.name !== 'online') return;
    }
    if (attempt === asksMax || people.toSorted().join() !== this.#watched) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#ask(people, attempt + 1), askAgainMs * attempt);
  }
}
