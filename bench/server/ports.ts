// Ports for the processes of the bench's own server.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { BenchError } from '../bench-error.ts';

/** So many free ports in a row, below those that the system gives to outgoing connections. */
export async function freePorts(count: number): Promise<number[]> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = randomInt(20_000, 32_000 - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new BenchError(`No ${count} free ports in a row were found between 20000 and 32000.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
