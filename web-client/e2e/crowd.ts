// People without a screen, many enough to write more than one person may: each has an account of an outside issuer and a
// program that sends.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SkeinClient } from '../../protocol/client/index.ts';
import { startTokenIssuer, type TokenIssuer } from '../../ops/testing/token-issuer.ts';
import { eventually } from './waiting.ts';

export class Crowd {
  readonly #issuer: TokenIssuer;
  #clients: readonly SkeinClient[] = [];

  private constructor(issuer: TokenIssuer) {
    this.#issuer = issuer;
  }

  static async gather(): Promise<Crowd> {
    return new Crowd(await startTokenIssuer());
  }

  /** Settings of an instance that knows these people. */
  get settings(): NodeJS.ProcessEnv {
    return { SKEIN_OIDC_ISSUERS: this.#issuer.issuer };
  }

  /** Signs so many of them in; answers their ids. */
  async signIn(url: string, count: number): Promise<string[]> {
    this.#clients = Array.from({ length: count }, (_, i) => this.#client(url, `crowd_${i}`));
    for (const client of this.#clients) client.connect();
    await eventually('the crowd is online', () =>
      this.#clients.every(({ state }) => state.name === 'online'),
    );
    return this.#clients.map(({ state }) => (state.name === 'online' ? state.userId : ''));
  }

  /** As fast as they may, in no order, but for the last one. Resolves when all of it is acknowledged. */
  async writeAtOnce(id: string, bodies: readonly string[]): Promise<void> {
    await Promise.all(bodies.slice(0, -1).map((body, i) => this.#writer(i).send(id, body)));
    await this.#writer(0).send(id, bodies.at(-1)!);
  }

  /** All by one of them, in this order. Resolves when all of it is acknowledged. */
  async writeInOrder(id: string, bodies: readonly string[]): Promise<void> {
    await Promise.all(bodies.map((body) => this.#writer(1).send(id, body)));
  }

  /** At a steady pace, and the last one after all others. Resolves when all of it is acknowledged. */
  async writeSteadily(id: string, bodies: readonly string[], perSecond: number): Promise<void> {
    const beganMs = performance.now();
    const sent: Promise<unknown>[] = [];
    for (const [i, body] of bodies.slice(0, -1).entries()) {
      const dueMs = beganMs + (1_000 / perSecond) * i;
      if (dueMs > performance.now()) await delay(dueMs - performance.now());
      sent.push(this.#writer(i).send(id, body));
    }
    await Promise.all(sent);
    await this.#writer(0).send(id, bodies.at(-1)!);
  }

  leave(): void {
    for (const client of this.#clients) client.close();
    this.#issuer.close();
  }

  #writer(i: number): SkeinClient {
    return this.#clients[i % this.#clients.length]!;
  }

  #client(url: string, subject: string): SkeinClient {
    return new SkeinClient({
      url: `${url.replace('http', 'ws')}/ws`,
      deviceId: randomUUID(),
      clientName: 'e2e',
      token: () => this.#issuer.token(subject),
    });
  }
}
