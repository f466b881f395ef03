// The shards of this worker, as gateways see them: takes commands for those it owns while its membership holds,
// remembers who is interested, and sends events to them.
import type { ActorHost } from '../../actors/runtime/actor-host.ts';
import type { Address } from '../../actors/runtime/address.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import type { Bus } from '../bus/bus.ts';
import type { Member } from '../membership/member.ts';
import { ownerOf, type ShardMap } from '../placement/shard-map.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';
import { envelopeTypes, type CommandEnvelope } from '../routing/envelopes.ts';
import { Interest } from './interest.ts';

export class ShardServer {
  readonly #incarnation: string;
  readonly #bus: Bus;
  readonly #watch: ShardMapWatch;
  readonly #member: Member;
  readonly #interest = new Interest();
  #host: ActorHost | null = null;
  readonly totals = { commands: 0, notOwner: 0, published: 0 };

  constructor(incarnation: string, bus: Bus, watch: ShardMapWatch, member: Member) {
    this.#incarnation = incarnation;
    this.#bus = bus;
    this.#watch = watch;
    this.#member = member;
    watch.onChange((map) => this.#mapChanged(map));
  }

  start(host: ActorHost): void {
    this.#host = host;
  }

  get ownedShards(): number {
    return this.#watch.map.owners.filter((_, shard) => this.#owns(shard)).length;
  }
  get interestedActors(): number {
    return this.#interest.size;
  }

  command(from: string, [, correlation, shard, kind, actorId, command]: CommandEnvelope): void {
    if (!this.#host || !this.#owns(shard) || !this.#member.valid) {
      this.totals.notOwner++;
      return this.#bus.send(from, [envelopeTypes.notOwner, correlation]);
    }
    this.totals.commands++;
    // Before the actor is asked: from here on no event can pass the gateway by.
    if (followsActor(command)) this.#interest.add(actorId, from);
    this.#host.dispatch({ kind, id: actorId }, command, (reply) => {
      this.#bus.send(from, [envelopeTypes.reply, correlation, reply]);
    });
  }

  forget(from: string, actorId: string): void {
    this.#interest.remove(actorId, from);
  }

  publish(address: Address, seq: number, frame: Uint8Array): void {
    for (const gateway of this.#interest.of(address.id)) {
      this.totals.published++;
      this.#bus.send(gateway, [envelopeTypes.publish, address.id, seq, frame]);
    }
  }

  /** Gateways that are gone need no events. */
  gatewaysPresent(incarnations: ReadonlySet<string>): void {
    this.#interest.keepOnly(incarnations, (actorId) => this.#owns(shardOf(actorId)));
  }

  #owns(shard: number): boolean {
    return ownerOf(this.#watch.map, shard) === this.#incarnation;
  }

  #mapChanged(map: ShardMap): void {
    this.#host?.keepOnly((shard) => ownerOf(map, shard) === this.#incarnation);
  }
}

function followsActor(command: unknown): boolean {
  const { type } = command as { type: string };
  return type === 'subscribe' || type === 'follow';
}
