// Decides who may open a socket on this worker: not while it drains, is full or overloaded, and not more often than one
// address may. Refusals are answered before the upgrade, with the time to wait.
import type { HttpRequest, HttpResponse, us_socket_context_t } from 'uWebSockets.js';
import type { Clock } from '../../../actors/runtime/ports.ts';
import type { ClientAddresses } from '../../addresses.ts';
import type { Admission, RefusalReason } from '../admission/admission.ts';
import { retryAfterSeconds } from '../admission/retry-after.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitKind } from '../limits/rates.ts';
import type { SocketData } from './client-socket.ts';

/** Those who find a full or draining worker wait so long, up to twice that: the next attempt may meet another worker. */
const elsewhereAfterMs = 1_000;

export interface DoorOptions {
  readonly limiter: Limiter<LimitKind>;
  readonly admission: Admission;
  readonly addresses: ClientAddresses;
  readonly clock: Clock;
  /** Why nobody may come in at present, apart from overload; null: there is room. */
  readonly closedBecause: () => 'socket_while_draining' | 'socket_full' | null;
}

export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Lets a client in, or says when to come again. */
  upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    const refusal = this.#refusal();
    if (refusal !== null) return this.#turnAway(response, refusal);
    const address = this.#addressOf(response, request);
    const waitMs = address === null ? 0 : this.#limitAddress(address);
    if (waitMs > 0) return tellToWait(response, waitMs);
    const key = request.getHeader('sec-websocket-key');
    const protocol = request.getHeader('sec-websocket-protocol');
    const extensions = request.getHeader('sec-websocket-extensions');
    response.upgrade<SocketData>({ client: null, address }, key, protocol, extensions, context);
  }

  #refusal(): RefusalReason | null {
    const { closedBecause, admission, clock } = this.#options;
    return closedBecause() ?? (admission.refusesSockets(clock.monotonicMs()) ? 'socket_overloaded' : null);
  }

  #turnAway(response: HttpResponse, reason: RefusalReason): void {
    const { admission } = this.#options;
    admission.refusals[reason]++;
    const isBusy = reason === 'socket_overloaded';
    const waitMs = isBusy ? admission.retryAfterMs() : admission.spreadMs(elsewhereAfterMs);
    const seconds = retryAfterSeconds(waitMs);
    response.writeStatus('503 Service Unavailable').writeHeader('retry-after', seconds).end(reason);
  }

  #addressOf(response: HttpResponse, request: HttpRequest): string | null {
    const peer = Buffer.from(response.getRemoteAddressAsText()).toString();
    return this.#options.addresses.subjectOf(peer, request.getHeader('x-forwarded-for'));
  }

  /** 0, or the ms until this address may open a socket. */
  #limitAddress(address: string): number {
    const { limiter } = this.#options;
    return limiter.check('refusedHellos', address) || limiter.take('connections', address);
  }
}

function tellToWait(response: HttpResponse, waitMs: number): void {
  const seconds = Math.ceil(waitMs / 1000);
  response
    .writeStatus('429 Too Many Requests')
    .writeHeader('retry-after', String(seconds))
    .end(`Too many connections from this address. Try again in ${seconds} s.`);
}
