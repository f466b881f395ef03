// `npm start` with the stub supervisor in place of the cluster.
import path from 'node:path';
import { runInstance } from '../embedded/run-instance.ts';

await runInstance(process.argv.slice(2), {
  supervisorMain: path.join(import.meta.dirname, 'stub-supervisor.ts'),
});
