// Measures how long shards are without an owner: a client on a host that stays writes to conversations of the worker
// that goes, and waits for the acknowledgements.
import { setTimeout as delay } from 'node:timers/promises';
import { shardOf } from '../../actors/runtime/address.ts';
import { ownerOf } from '../../cluster/fabric/placement/shard-map.ts';
import type { SkeinClient } from '../../protocol/client/index.ts';
import { insist } from '../../bench/verify/insist.ts';
import { userIdOf, type TestCluster } from '../testing/test-cluster.ts';
import type { TestHost } from '../testing/test-host.ts';

/** Enough that every worker owns some. */
const conversations = 96;
/** After the fault, so that what is measured was sent into it and not before. */
const sendAfterMs = 5;

export interface Outage {
  /** Conversations that were written to. */
  readonly conversations: number;
  /** From the fault to the acknowledgement that came last. */
  readonly servedAfterMs: number;
}

export class Probe {
  readonly #cluster: TestCluster;
  readonly #clients = new Map<string, SkeinClient>();
  readonly #conversationIds: string[];

  private constructor(cluster: TestCluster, conversationIds: string[]) {
    this.#cluster = cluster;
    this.#conversationIds = conversationIds;
  }

  static async start(cluster: TestCluster): Promise<Probe> {
    const prober = await cluster.connect('prober');
    const ids: string[] = [];
    for (let at = 0; at < conversations; at++) {
      const other = await cluster.connect(`probed${at}`);
      const { conversationId } = await insist(() => prober.openDirect(userIdOf(other)));
      other.close();
      ids.push(conversationId);
    }
    prober.close();
    return new Probe(cluster, ids);
  }

  /**
   * Does the fault and says for how long it was felt on another host's gateway.
   * @param gone the workers that it takes
   */
  async measure(gone: readonly string[], from: TestHost, fault: () => void | Promise<void>): Promise<Outage> {
    const map = (await this.#cluster.shardMap())!;
    const hit = this.#conversationIds.filter((id) => gone.includes(ownerOf(map, shardOf(id)) ?? ''));
    const client = await this.#clientOn(from);
    const startedMs = performance.now();
    await fault();
    await delay(sendAfterMs);
    await Promise.all(hit.map((id) => client.send(id, 'is anyone there?')));
    return { conversations: hit.length, servedAfterMs: Math.round(performance.now() - startedMs) };
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #clientOn({ name, url }: TestHost): Promise<SkeinClient> {
    const known = this.#clients.get(name);
    if (known?.state.name === 'online') return known;
    known?.close();
    const socketUrl = `${url.replace('http', 'ws')}/ws`;
    const client = await this.#cluster.connect('prober', {
      openSocket: () => new WebSocket(socketUrl) as never,
    });
    this.#clients.set(name, client);
    return client;
  }
}
