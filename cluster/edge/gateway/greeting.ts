// How a socket becomes a user's: hello with a token, a fresh token in place before the old one ends, and the close
// that asks for one when it has ended (ACC-2). Greetings under way are bounded: when everyone comes back at once, those
// beyond the bound are sent away for a while, instead of all waiting until all have timed out (FAULTS 19).
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import type { CloseReason } from '../../../protocol/close-codes.ts';
import type { Hello } from '../../../protocol/frames/hello.ts';
import type { Reauthenticate } from '../../../protocol/frames/reauthenticate.ts';
import { wireError } from '../../../protocol/errors.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion, schemaHash } from '../../../protocol/version.ts';
import type { Admission } from '../admission/admission.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitKind } from '../limits/rates.ts';
import { SignedOut, TokenRefused, type Authenticator } from './authenticator.ts';
import type { ClientSocket, SocketPhase } from './client-socket.ts';
import type { Profiles } from './profiles.ts';
import type { Seats } from './seats.ts';

type OpenPhase = Extract<SocketPhase, { name: 'open' }>;

export interface GreetingOptions {
  readonly authenticator: Authenticator;
  readonly profiles: Profiles;
  readonly limiter: Limiter<LimitKind>;
  readonly seats: Seats;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly log: Log;
}

export class Greeting {
  readonly #authenticator: Authenticator;
  readonly #profiles: Profiles;
  readonly #limiter: Limiter<LimitKind>;
  readonly #seats: Seats;
  readonly #admission: Admission;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly totals = { welcomed: 0, refused: 0, renewed: 0, expired: 0, signedOut: 0 };

  constructor({ authenticator, profiles, limiter, seats, admission, clock, log }: GreetingOptions) {
    this.#seats = seats;
    this.#authenticator = authenticator;
    this.#profiles = profiles;
    this.#limiter = limiter;
    this.#admission = admission;
    this.#clock = clock;
    this.#log = log;
  }

  async hello(client: ClientSocket, hello: Hello): Promise<void> {
    if (hello.protocolVersion !== protocolVersion)
      return client.close('unsupported_version', this.#clock.monotonicMs());
    if (!this.#admission.beginGreeting()) return client.close('try_again_later', this.#clock.monotonicMs());
    client.phase = { name: 'authenticating' };
    try {
      await this.#greet(client, hello);
    } finally {
      this.#admission.endGreeting();
    }
  }

  async #greet(client: ClientSocket, { requestId, accessToken, deviceId }: Hello): Promise<void> {
    try {
      const identity = await this.#authenticator.verify(accessToken);
      const profile = await this.#profiles.greet(identity);
      if (client.closed) return;
      this.#authenticator.refuseEnded(identity);
      const { userId } = identity;
      const nowMs = this.#clock.monotonicMs();
      if (this.#limiter.check('floods', userId) > 0) return client.close('too_many_frames', nowMs);
      if (!this.#seats.take(userId, client, nowMs)) return client.close('too_many_connections', nowMs);
      client.phase = { name: 'open', identity, deviceId, reauthNoticed: false };
      this.totals.welcomed++;
      const times = { serverTimeMs: this.#clock.now(), tokenExpiresAtMs: identity.expiresAtMs };
      client.send(
        { opcode: opcodes.welcome, requestId, ...profile, ...times, schemaHash },
        this.#clock.monotonicMs(),
      );
    } catch (error) {
      this.totals.refused++;
      const refused = error instanceof TokenRefused;
      // Counts against the address; the gateway asks when the next socket opens (ACC-6).
      if (refused && !(error instanceof SignedOut) && client.address !== null)
        this.#limiter.take('refusedHellos', client.address);
      if (!refused) this.#log.warn({ err: error }, 'a token could not be checked');
      client.close(closeReasonOf(error), this.#clock.monotonicMs());
    }
  }

  async renew(
    client: ClientSocket,
    phase: OpenPhase,
    { requestId, accessToken }: Reauthenticate,
  ): Promise<void> {
    const refuse = (code: 'unauthenticated' | 'token_of_other_user' | 'unavailable') =>
      client.refuse(requestId, wireError(code), this.#clock.monotonicMs());
    try {
      const identity = await this.#authenticator.verify(accessToken);
      if (client.closed) return;
      if (identity.userId !== phase.identity.userId) return refuse('token_of_other_user');
      client.phase = { ...phase, identity, reauthNoticed: false };
      this.totals.renewed++;
      client.send({ opcode: opcodes.done, requestId }, this.#clock.monotonicMs());
    } catch (error) {
      if (!client.closed) refuse(error instanceof TokenRefused ? 'unauthenticated' : 'unavailable');
    }
  }

  /** The socket is gone, and with it what it took. */
  left(client: ClientSocket): void {
    if (client.userId !== null) this.#seats.leave(client.userId, client);
  }

  /** Closes the socket when the sign-in of its token was ended (ACC-7). */
  checkEnded(client: ClientSocket, { identity }: OpenPhase): void {
    try {
      this.#authenticator.refuseEnded(identity);
    } catch {
      this.totals.signedOut++;
      client.close('signed_out', this.#clock.monotonicMs());
    }
  }

  /** Asks for a new token shortly before the end of this one; at the end the socket is closed. */
  checkExpiry(client: ClientSocket, phase: OpenPhase): void {
    const leftMs = phase.identity.expiresAtMs - this.#clock.now();
    if (leftMs <= 0) {
      this.totals.expired++;
      client.close('reauthenticate', this.#clock.monotonicMs());
    } else if (leftMs <= limits.reauthenticateNoticeMs && !phase.reauthNoticed) {
      phase.reauthNoticed = true;
      const { expiresAtMs: tokenExpiresAtMs } = phase.identity;
      const notice = { opcode: opcodes.reauthenticateSoon, requestId: 0, tokenExpiresAtMs } as const;
      client.send(notice, this.#clock.monotonicMs());
    }
  }
}

function closeReasonOf(error: unknown): CloseReason {
  if (error instanceof SignedOut) return 'signed_out';
  return error instanceof TokenRefused ? 'authentication_failed' : 'unavailable';
}
