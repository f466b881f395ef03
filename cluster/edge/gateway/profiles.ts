// Profiles of people, kept for a while: every conversation list and greeting asks for them.
import type { Clock } from '../../../actors/runtime/ports.ts';
import type { Profile } from '../../../protocol/frames/users.ts';
import type { Directory } from '../../../storage/postgres/directory.ts';
import type { Identity } from './authenticator.ts';

const keepForMs = 60_000;
const keptMax = 50_000;
/** After the directory failed handles are not looked up for so long. */
const awayForMs = 5_000;

export class Profiles {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { profile: Profile; untilMs: number }>();

  /** Null: nobody has this handle. */
  readonly #byHandle = new Map<string, { userId: string | null; untilMs: number }>();

  #directoryAwayUntilMs = 0;

  constructor(directory: Directory, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Unknown ids are left out. Throws when the directory does not answer. */
  async of(userIds: readonly string[]): Promise<Profile[]> {
    const nowMs = this.#clock.monotonicMs();
    const missing = userIds.filter((id) => !((this.#kept.get(id)?.untilMs ?? 0) > nowMs));
    if (missing.length > 0)
      for (const profile of await this.#directory.profiles(missing)) this.#keep(profile);
    return userIds.map((id) => this.#kept.get(id)?.profile).filter((profile) => profile !== undefined);
  }

  /** The profile of someone who says hello; makes it for a newcomer of an outside issuer. */
  async greet(identity: Identity): Promise<Profile> {
    const { userId, handle, displayName, isExternal } = identity;
    try {
      const known = (await this.of([userId]))[0];
      if (known) return known;
      if (isExternal) {
        const profile = await this.#directory.provision(userId, handle, displayName ?? handle);
        this.#keep(profile);
        return profile;
      }
    } catch (error) {
      // People whom our own provider vouches for can chat while PostgreSQL is away.
      if (isExternal) throw error;
    }
    return { userId, handle, displayName: displayName ?? handle };
  }

  /** Ids of these handles (lower case), as far as they are known. While the directory is away: as far as remembered. */
  async idsOf(handles: readonly string[]): Promise<string[]> {
    const nowMs = this.#clock.monotonicMs();
    const isKept = (handle: string) => (this.#byHandle.get(handle)?.untilMs ?? 0) > nowMs;
    const missing = nowMs < this.#directoryAwayUntilMs ? [] : handles.filter((handle) => !isKept(handle));
    try {
      if (missing.length > 0) await this.#lookUpHandles(missing);
    } catch {
      // A message must not wait for the directory: it is sent, and whom it names by handle alone may not be told.
      this.#directoryAwayUntilMs = this.#clock.monotonicMs() + awayForMs;
    }
    return handles.map((handle) => this.#byHandle.get(handle)?.userId).filter((id) => typeof id === 'string');
  }

  async #lookUpHandles(handles: readonly string[]): Promise<void> {
    const found = await this.#directory.byHandles(handles);
    const untilMs = this.#clock.monotonicMs() + keepForMs;
    for (const handle of handles) {
      if (this.#byHandle.size >= keptMax) this.#byHandle.delete(this.#byHandle.keys().next().value!);
      this.#byHandle.set(handle, { userId: found.get(handle) ?? null, untilMs });
    }
  }

  find(prefix: string, limit: number, exceptUserId: string): Promise<Profile[]> {
    return this.#directory.find(prefix, limit, exceptUserId);
  }

  #keep(profile: Profile): void {
    if (this.#kept.size >= keptMax) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.delete(profile.userId);
    this.#kept.set(profile.userId, { profile, untilMs: this.#clock.monotonicMs() + keepForMs });
  }
}
