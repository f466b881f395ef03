// For file-outbox-store.test.ts: puts messages, removes every third, and prints the key of each once that is done, until
// somebody kills it.
import { queuedMessage } from '../testing/outbox-store-contract.ts';
import { FileOutboxStore } from './file-outbox-store.ts';

const store = new FileOutboxStore(process.argv[2]!);
await store.load();
for (let number = 0; ; number++) {
  const messages = Array.from({ length: 3 }, (_, at) => queuedMessage(`${3 * number + at}`));
  await Promise.all(messages.map((message) => store.put(message)));
  for (const { key } of messages) process.stdout.write(`put ${key}\n`);
  await store.remove(messages[1]!.key);
  process.stdout.write(`removed ${messages[1]!.key}\n`);
}
