// Work on many things with only some of them in flight: opening thousands of connections at once would measure the
// listen queue, one after the other would take minutes.

/** Rejects with the first failure; what is in flight then goes on unheard. */
export async function bounded<Item>(
  items: readonly Item[],
  inFlightMax: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(inFlightMax, items.length) }, lane));
}
