// The process in which files of strangers are decoded (content.ts): without settings, secrets or connections, at low
// priority, one file at a time. It ends with the worker that started it.
import os from 'node:os';
import { inspect } from './content.ts';

const lowPriority = 10;
const ready = 'ready';

os.setPriority(lowPriority);
process.on('disconnect', () => process.exit(0));
process.on('message', (content: Uint8Array) => {
  void inspect(content).then((inspection) => process.send?.(inspection));
});
process.send?.(ready);
