// Ports on the loopback address: which are free, and a sentence before a server trips over one that is not.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedError } from './embedded-error.ts';

/** Whether a server could listen there now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Below the ports the system hands to outgoing connections, one of which could otherwise take it between restarts. */
const freePortRange = { from: 20_000, to: 32_000 };

/** A port nobody listens on at this moment; another process may still take it. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(freePortRange.from, freePortRange.to);
    if (await isPortFree(port, host)) return port;
  }
  throw new EmbeddedError(`No free port was found between ${freePortRange.from} and ${freePortRange.to}.`);
}

/** Throws the sentence for a port that is taken. `setting` names what to change. */
export async function requireFreePort(
  port: number,
  { host = '127.0.0.1', purpose, setting }: { host?: string; purpose: string; setting: string },
): Promise<void> {
  if (await isPortFree(port, host)) return;
  throw new EmbeddedError(
    `Port ${port} on ${host}, wanted for ${purpose}, cannot be listened on: ` +
      `stop what uses it or choose another with ${setting}.`,
    { retryable: true },
  );
}
