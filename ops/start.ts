// `npm start`: a whole Skein on this machine, ready to open in a browser.
import path from 'node:path';
import { seedOnWish } from './demo/seed-on-wish.ts';
import { runInstance } from './embedded/run-instance.ts';

const supervisorMain = path.resolve(import.meta.dirname, '../cluster/processes/supervisor/main.ts');
await runInstance(process.argv.slice(2), { supervisorMain, afterStart: [seedOnWish] });
