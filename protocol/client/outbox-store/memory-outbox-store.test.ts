import { testOutboxStore } from '../testing/outbox-store-contract.ts';
import { MemoryOutboxStore } from './memory-outbox-store.ts';

const places = new Map<string, MemoryOutboxStore>();

testOutboxStore('memory', (place) => {
  const store = places.get(place) ?? new MemoryOutboxStore();
  places.set(place, store);
  return store;
});
