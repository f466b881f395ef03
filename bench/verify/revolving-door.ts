// A group whose members are put out and let back in, one after the other, while all of them write. From the moment in
// which a removal is acknowledged until someone asks the person back in, nothing of the group may reach them.
import { setTimeout as delay } from 'node:timers/promises';
import { RequestError, type ConversationEvent } from '../../protocol/client/index.ts';
import { patienceMs, settlesWithin } from '../../protocol/waiting.ts';
import type { Removal } from './history.ts';
import { insist } from './insist.ts';
import type { Seat } from './seat.ts';

/** How much of the group the one outside must not hear before being let back in. */
const missedEvents = 20;
const lookEveryMs = 20;

export class RevolvingDoor {
  /** The first one keeps the door. */
  readonly seats: readonly Seat[];
  readonly #write: (seat: Seat) => void;
  /** Each time someone was out: the last they were shown before they were asked back in. */
  readonly #outings: { readonly userId: string; lastSeenSeq: number }[] = [];
  #running: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();
  #closed = false;

  /** @param write sends a message of this member's at once */
  constructor(seats: readonly Seat[], write: (seat: Seat) => void) {
    this.seats = seats;
    this.#write = write;
  }

  /** Acknowledged removals so far. */
  get removals(): number {
    return this.#outings.length;
  }

  start(): void {
    this.#running = this.#run();
    // Reported by `stop`.
    this.#running.catch(() => undefined);
  }

  /** Ends in the middle of a round if need be; whoever is out then stays out. */
  async stop(): Promise<void> {
    this.#stop.abort();
    if (!(await settlesWithin(this.#running, patienceMs))) throw new Error('the revolving door is stuck');
    await this.#running;
    const outside = this.seats.find(({ isOut }) => isOut);
    if (outside) this.#outings.at(-1)!.lastSeenSeq = outside.lastSeq;
  }

  /** Gives up everything under way. */
  close(): void {
    this.#closed = true;
    this.#stop.abort();
  }

  /** @param final the group's whole history */
  judged(final: readonly ConversationEvent[]): Removal[] {
    const { conversationId } = this.seats[0]!;
    const places = new Map<string, number[]>();
    for (const event of final) {
      if (event.type !== 'memberRemoved') continue;
      places.set(event.userId, [...(places.get(event.userId) ?? []), event.seq]);
    }
    return this.#outings.map(({ userId, lastSeenSeq }) => {
      // An acknowledged removal that stands nowhere is one after which everything leaks.
      const seq = places.get(userId)?.shift() ?? 0;
      return { userId, conversationId, seq, lastSeenSeq };
    });
  }

  async #run(): Promise<void> {
    const [keeper, ...guests] = this.seats as [Seat, ...Seat[]];
    const { client, conversationId } = keeper;
    const { signal } = this.#stop;
    for (let round = 0; !signal.aborted; round++) {
      const guest = guests[round % guests.length]!;
      const removed = this.#insist(() => client.removeMember(conversationId, guest.userId));
      // While the answer is out, the guest goes on writing: its sends race with the removal.
      this.#write(guest);
      await removed;
      guest.isOut = true;
      const outing = { userId: guest.userId, lastSeenSeq: 0 };
      this.#outings.push(outing);
      const goneAtSeq = keeper.lastSeq;
      while (!signal.aborted && keeper.lastSeq < goneAtSeq + missedEvents) await delay(lookEveryMs);
      outing.lastSeenSeq = guest.lastSeq;
      if (signal.aborted) return;
      await this.#insist(() => client.addMembers(conversationId, [guest.userId]));
      guest.isOut = false;
      guest.client.follow(conversationId, { epoch: 1, seq: guest.lastSeq });
    }
  }

  /** Of a repeat of what was done, when the first answer was lost, too. */
  async #insist(request: () => Promise<void>): Promise<void> {
    try {
      await insist(request, () => !this.#closed);
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'not_a_member') throw error;
    }
  }
}
