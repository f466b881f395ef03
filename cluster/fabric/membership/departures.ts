// Departures for good, judged by looks at the member list. A list may have been read just before a newcomer joined,
// or be cut short by a lost connection: only who is missing from two looks in a row has left. Incarnations never come
// back.

export class Departures {
  #missing: ReadonlySet<string> = new Set();

  /** @param known everyone one has dealings with  @param members the list just read  @returns those who left */
  look(known: Iterable<string>, members: ReadonlySet<string>): Set<string> {
    const missing = new Set([...known].filter((incarnation) => !members.has(incarnation)));
    const gone = new Set([...missing].filter((incarnation) => this.#missing.has(incarnation)));
    this.#missing = missing;
    return gone;
  }
}
