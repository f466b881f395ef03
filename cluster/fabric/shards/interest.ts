// Which gateways want the events of which actors of this worker's shards. An event goes once to each of them,
// however many members are connected there.

export class Interest {
  readonly #gateways = new Map<string, Set<string>>();

  add(actorId: string, gateway: string): void {
    const gateways = this.#gateways.get(actorId);
    if (gateways) gateways.add(gateway);
    else this.#gateways.set(actorId, new Set([gateway]));
  }

  remove(actorId: string, gateway: string): void {
    const gateways = this.#gateways.get(actorId);
    if (gateways?.delete(gateway) && gateways.size === 0) this.#gateways.delete(actorId);
  }

  has(actorId: string): boolean {
    return this.#gateways.has(actorId);
  }

  of(actorId: string): Iterable<string> {
    return this.#gateways.get(actorId) ?? [];
  }

  /** Forgets gateways that are gone. */
  dropGateways(gone: ReadonlySet<string>): void {
    for (const [actorId, wanted] of this.#gateways) {
      for (const gateway of gone) wanted.delete(gateway);
      if (wanted.size === 0) this.#gateways.delete(actorId);
    }
  }

  /** Forgets actors that live elsewhere now. */
  keepOnly(owned: (actorId: string) => boolean): void {
    for (const actorId of this.#gateways.keys()) if (!owned(actorId)) this.#gateways.delete(actorId);
  }

  get size(): number {
    return this.#gateways.size;
  }
}
