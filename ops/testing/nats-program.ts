// A NATS of its own with JetStream, for programs that may not import anything of ops: anyone on this machine may use it.
import { startNats } from '../embedded/nats.ts';
import { printRunning } from './print-running.ts';

const everyone = { authorization: '', clusterSecretFile: '', namespace: '*' };

await printRunning('nats', (place) =>
  startNats({ ...place, ...everyone, explicitBinary: process.env['SKEIN_NATS_SERVER'] }),
);
