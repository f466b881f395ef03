// Lets this worker's sockets go while operators want its place or host drained, and takes them again afterwards. Its
// shards are the leader's business.
import type { Log } from '../../../actors/runtime/ports.ts';
import type { Gateway } from '../../edge/gateway/gateway.ts';
import { drainOf, type Intent } from '../../fabric/operations/intent.ts';
import type { Listening } from './clients.ts';

export class DrainFollower {
  readonly #place: string;
  readonly #gateway: Gateway;
  readonly #listening: Listening;
  readonly #log: Log;
  #sinceMs: number | null = null;

  constructor(place: string, gateway: Gateway, listening: Listening, log: Log) {
    this.#place = place;
    this.#gateway = gateway;
    this.#listening = listening;
    this.#log = log;
  }

  follow(intent: Intent): void {
    const drain = drainOf(intent, this.#place);
    if ((drain?.sinceMs ?? null) === this.#sinceMs) return;
    this.#sinceMs = drain?.sinceMs ?? null;
    if (!drain) return this.#takeAgain();
    this.#log.info({ place: this.#place, sockets: this.#gateway.sockets }, 'drained by an operator');
    this.#listening.pause();
    void this.#gateway.drain({ overMs: drain.overMs }).then((isEmpty) => {
      if (isEmpty) this.#log.info({ place: this.#place }, 'no sockets are left');
    });
  }

  #takeAgain(): void {
    this.#gateway.undrain();
    this.#listening.resume().then(
      () => this.#log.info({ place: this.#place }, 'takes sockets again'),
      (error: unknown) => this.#log.error({ place: this.#place, err: error }, 'cannot listen again'),
    );
  }
}
