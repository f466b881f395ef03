// The workers of one host: each at a place of its own, started again under a new incarnation when it ends. Tells the
// cluster at once when one has ended, and ends those that were replaced and do not notice, since a process that stands
// still keeps its share of the port.
import { join } from 'node:path';
import type { Cancel, Clock, Log, Random, Timers } from '../../../actors/runtime/ports.ts';
import type { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import { memberKey, type MemberRecord } from '../../fabric/membership/member.ts';
import type { Members } from '../../fabric/membership/members.ts';
import { membershipTiming } from '../../fabric/membership/timing.ts';
import { placeOf } from '../../fabric/operations/intent.ts';
import { Child } from './child.ts';

export interface WorkersOptions {
  readonly host: string;
  readonly count: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly kv: ClusterKv;
  readonly members: Members<MemberRecord>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly onExit: (incarnation: string) => void;
}

interface Place {
  readonly child: Child;
  incarnation: string;
  /** The present life has been a member. */
  joined: boolean;
  missingSinceMs: number | null;
}

const checkEveryMs = 1_000;
const goodbyeRetryMs = 500;
const workerMain = join(import.meta.dirname, '../worker/main.ts');

export class Workers {
  readonly #options: WorkersOptions;
  readonly #places = new Map<string, Place>();
  #stopCheck: Cancel = () => undefined;
  #stopping = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
    for (let number = 1; number <= options.count; number++) this.#add(number);
  }

  get restarts(): number {
    return [...this.#places.values()].reduce((sum, { child }) => sum + child.restarts, 0);
  }

  async start(): Promise<void> {
    this.#stopCheck = this.#options.timers.setInterval(() => this.#check(), checkEveryMs);
    await Promise.all([...this.#places.values()].map(({ child }) => child.start()));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopCheck();
    await Promise.all([...this.#places.values()].map(({ child }) => child.stop()));
  }

  /** Ends the worker at this place; resolves when it has ended. It is started again like any other. */
  async restart(place: string): Promise<void> {
    const found = this.#places.get(place);
    if (!found) throw new Error(`there is no worker at ${place}`);
    await found.child.restart();
  }

  #add(number: number): void {
    const { host, env, clock, timers, random, log } = this.#options;
    const name = placeOf(host, number);
    const command = () => {
      // Each life of a worker has a name of its own, and with it a journal of its own.
      const incarnation = `w${random.uuid().replaceAll('-', '').slice(0, 12)}`;
      Object.assign(place, { incarnation, joined: false, missingSinceMs: null });
      return { module: workerMain, args: [String(number), incarnation] };
    };
    const onExit = ([, incarnation]: readonly string[]) => this.#ended(incarnation!);
    const child = new Child({ name: `worker ${number}`, command, env, clock, timers, log, onExit });
    const place: Place = { child, incarnation: '', joined: false, missingSinceMs: null };
    this.#places.set(name, place);
  }

  #ended(incarnation: string): void {
    this.#options.onExit(incarnation);
    void this.#sayGoodbye(incarnation);
  }

  /** The leader may be on another host: a member that is gone from the list is dead to it. */
  async #sayGoodbye(incarnation: string): Promise<void> {
    const { kv, timers, log } = this.#options;
    try {
      await kv.delete(memberKey(incarnation));
    } catch (error) {
      log.debug({ incarnation, reason: String(error) }, 'a death could not be told; trying again');
      if (!this.#stopping) timers.setTimeout(() => void this.#sayGoodbye(incarnation), goodbyeRetryMs);
    }
  }

  #check(): void {
    const { members, clock, log } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const [name, place] of this.#places) {
      if (members.all.has(place.incarnation)) {
        place.joined = true;
        place.missingSinceMs = null;
      } else if (place.joined) {
        place.missingSinceMs ??= nowMs;
        if (nowMs - place.missingSinceMs < membershipTiming.replacedEndsWithinMs) continue;
        log.warn(
          { place: name, incarnation: place.incarnation },
          'a replaced worker does not end; ending it',
        );
        place.missingSinceMs = null;
        place.child.kill();
      }
    }
  }
}
