// The supervisor process: one for each host. Started by `npm start`, or by a host's init system with the settings
// of cluster/config.ts in its environment.
import { ConfigError, readConfig } from '../../config.ts';
import { openLog } from '../../log.ts';
import { startSupervisor, type RunningSupervisor } from './supervisor.ts';
import { untilServing } from './until-serving.ts';

type ParentMessage =
  { type: 'progress'; step: string } | { type: 'ready'; url: string } | { type: 'failed'; sentence: string };
const tell = (message: ParentMessage) => void process.send?.(message);

let running: RunningSupervisor | null = null;
let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  (running?.stop() ?? Promise.resolve()).then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('disconnect', stop);

try {
  const config = readConfig();
  const log = openLog('supervisor', config.logLevel);
  running = await startSupervisor(config, process.env, log, (step) => tell({ type: 'progress', step }));
  if (config.roles.includes('gateway')) {
    await untilServing(config, {
      onWaiting: (missing) =>
        tell({
          type: 'progress',
          step: `Waiting for ${missing.join(', ')} ("npm run skein -- status" says why)`,
        }),
    });
  }
  log.info({ url: config.publicUrl }, 'serving');
  tell({ type: 'ready', url: config.publicUrl });
} catch (error) {
  const sentence = error instanceof ConfigError ? error.message : `The start failed: ${String(error)}`;
  process.stderr.write(`${sentence}\n`);
  tell({ type: 'failed', sentence });
  process.exit(1);
}
