// A worker process. Its number among the host's processes is the first argument, its incarnation the second.
import { readConfig } from '../../config.ts';
import { runChild, type ChildMessage } from '../child-process.ts';
import { openLog } from '../../log.ts';
import { startWorker } from './worker.ts';

const config = readConfig();
const [index = '1', incarnation = ''] = process.argv.slice(2);
const log = openLog(`worker ${incarnation}`, config.logLevel);

await runChild(
  () =>
    startWorker({
      config,
      incarnation,
      number: Number(index),
      adminPort: config.adminBasePort && config.adminBasePort + Number(index),
      log,
      onFatal: (reason) => {
        log.error({ reason }, 'this worker was replaced: it may do nothing any more, and ends');
        process.send?.({ type: 'fatal', reason } satisfies ChildMessage);
        process.exit(3);
      },
    }),
  (error) => log.fatal({ err: error }, 'the worker failed'),
);
