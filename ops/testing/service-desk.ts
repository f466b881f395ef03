// PostgreSQL and NATS for a whole test run, started when the first test asks for them: test processes know the desk by
// an address in their environment.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sentenceOf } from '../embedded/embedded-error.ts';
import { startSharedServices, type PrivateServices, type SharedAddresses } from './services.ts';

export class ServiceDesk {
  readonly #server: Server;
  #services: Promise<PrivateServices> | undefined;

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.#services ??= startSharedServices();
      this.#services.then(
        ({ databaseUrl, natsUrl, clusterSecretFile }) =>
          response.end(JSON.stringify({ databaseUrl, natsUrl, clusterSecretFile })),
        (error: unknown) => response.writeHead(500).end(sentenceOf(error)),
      );
    });
  }

  static async open(): Promise<ServiceDesk> {
    const desk = new ServiceDesk();
    await new Promise<void>((resolve) => desk.#server.listen(0, '127.0.0.1', resolve));
    return desk;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    const services = await this.#services?.catch(() => undefined);
    await services?.stop();
  }
}

/** Where the run's services are; undefined where no run has a desk. */
export async function askDesk(): Promise<SharedAddresses | undefined> {
  const url = process.env['SKEIN_TEST_DESK'];
  if (!url) return undefined;
  const response = await fetch(url);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedAddresses;
}
