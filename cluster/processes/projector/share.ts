// Which journals this projector projects: the cluster's projectors share them by rendezvous hashing over those that
// are alive, so that a projector's end moves its journals and no others. Nothing depends on everyone agreeing: a journal
// that two project for a moment does no harm (storage/projector/), and one that nobody does is picked up at the next look.
import { createHash } from 'node:crypto';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { Announcement } from '../../fabric/membership/announcement.ts';
import type { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import { FailureDetector } from '../../fabric/membership/failure-detector.ts';
import { Members } from '../../fabric/membership/members.ts';
import { membershipTiming } from '../../fabric/membership/timing.ts';

export interface ProjectorRecord {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Address of metrics and health, host:port. */
  readonly admin: string;
}

export const projectorKind = 'projector';

export interface ProjectorShareOptions {
  readonly about: ProjectorRecord;
  readonly kv: ClusterKv;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Whether this one gets on with its work; while not, the others take its journals. */
  readonly isWell: () => boolean;
  /** Called when journals may have come or gone. */
  readonly onChange: () => void;
}

export class ProjectorShare {
  readonly #id: string;
  readonly #announcement: Announcement;
  readonly #members: Members<ProjectorRecord>;
  readonly #detector = new FailureDetector(membershipTiming.projectorDeadAfterMs);
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #onChange: () => void;
  #alive: readonly string[];
  #cancel: Cancel = () => undefined;

  constructor({ about, kv, clock, timers, log, isWell, onChange }: ProjectorShareOptions) {
    this.#id = about.id;
    this.#alive = [about.id];
    this.#clock = clock;
    this.#timers = timers;
    this.#onChange = onChange;
    const key = `${projectorKind}.${about.id}`;
    this.#announcement = new Announcement({ kv, key, about, timers, log, isWell });
    this.#members = new Members({ kv, kind: projectorKind, timers, log, onChange: () => this.#look() });
  }

  async start(): Promise<void> {
    await this.#announcement.start();
    await this.#members.start();
    this.#cancel = this.#timers.setInterval(() => this.#look(), membershipTiming.leaderTickMs);
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#members.stop();
    await this.#announcement.stop();
  }

  isMine(incarnation: string): boolean {
    return ownerOfJournal(incarnation, this.#alive) === this.#id;
  }

  #look(): void {
    const observed = this.#detector.observe(this.#members.revisions, this.#clock.monotonicMs());
    // Itself it does not doubt: without others' renewals, as while NATS is away, there may be nobody else.
    const alive = [...new Set([...observed, this.#id])].sort();
    if (alive.join() === this.#alive.join()) return;
    this.#alive = alive;
    this.#onChange();
  }
}

/** The projector with the highest hash for this journal. */
export function ownerOfJournal(incarnation: string, projectors: readonly string[]): string | null {
  let owner: string | null = null;
  let highest = -1;
  for (const projector of projectors) {
    const score = createHash('sha256').update(`${projector} ${incarnation}`).digest().readUInt32BE(0);
    if (score > highest) [owner, highest] = [projector, score];
  }
  return owner;
}
