// The identity process: a child of the supervisor, which it outlives by no more than its last answers.
import { IdentityConfigError, identityDefaults, readIdentityConfig } from './config.ts';
import { KeysSealedElsewhere } from './keys.ts';
import { createLog } from './log.ts';
import { startIdentity } from './start.ts';

// Until there is something to stop, being told to stop is simply the end.
let stop = (): void => process.exit(0);
process.on('SIGTERM', () => stop());
process.on('disconnect', () => stop());
// Ctrl-C reaches the whole process group; the supervisor decides when its children stop.
process.on('SIGINT', () => undefined);

try {
  const identity = await startIdentity(readIdentityConfig());
  stop = () => {
    stop = () => undefined;
    void identity.close().then(() => process.exit(0));
  };
  process.send?.({ type: 'ready' });
} catch (error) {
  createLog(identityDefaults.logLevel).fatal({ error }, 'cannot start');
  const isHopeless = error instanceof KeysSealedElsewhere || error instanceof IdentityConfigError;
  if (!isHopeless || !process.send) process.exit(1);
  // To the supervisor, whose own start has no end without this process.
  process.send({ type: 'hopeless', sentence: error.message }, () => process.exit(1));
}
