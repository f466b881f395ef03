// Limits by kind of work, for users and for addresses; the numbers are the protocol's.
import { limits } from '../../../protocol/limits.ts';
import type { Rate } from './token-buckets.ts';

/** By the user's id. */
export const userRates = {
  sends: { perSecond: limits.sendsPerSecond, burst: limits.sendsBurst },
  reactions: { perSecond: limits.reactionsPerSecond, burst: limits.reactionsBurst },
  searches: { perSecond: limits.searchesPerSecond, burst: limits.searchesBurst },
  groups: { perSecond: limits.groupsPerSecond, burst: limits.groupsBurst },
  /** People, not requests. */
  additions: { perSecond: limits.additionsPerSecond, burst: limits.additionsBurst },
  invitations: { perSecond: limits.invitationsPerSecond, burst: limits.invitationsBurst },
  uploads: { perSecond: limits.uploadsPerSecond, burst: limits.uploadsBurst },
  /** Answers, in KiB. */
  answerKiB: { perSecond: limits.answerKiBPerSecond, burst: limits.answerKiBBurst },
  /** Sockets, which take a token when they open and give it back at their end. Those of a worker that dies come back by time. */
  sockets: { perSecond: limits.socketsPerUserMax / 600, burst: limits.socketsPerUserMax },
  /** Sockets that were closed because they went on and on. */
  floods: { perSecond: limits.floodsPerUserPerSecond, burst: limits.floodsPerUserBurst },
  /** Everything else that a user asks for. */
  requests: { perSecond: limits.requestsPerSecond, burst: limits.requestsBurst },
} as const satisfies Record<string, Rate>;

/** By the client's address. Signing in and up is limited where it happens, in the identity provider. */
export const addressRates = {
  connections: {
    perSecond: limits.connectionsPerAddressPerSecond,
    burst: limits.connectionsPerAddressBurst,
  },
  refusedHellos: {
    perSecond: limits.refusedHellosPerAddressPerSecond,
    burst: limits.refusedHellosPerAddressBurst,
  },
  glimpses: {
    perSecond: limits.glimpsesPerAddressPerSecond,
    burst: limits.glimpsesPerAddressBurst,
  },
} as const satisfies Record<string, Rate>;

export const rates = { ...userRates, ...addressRates };

export type UserKind = keyof typeof userRates;
export type AddressKind = keyof typeof addressRates;
export type LimitKind = keyof typeof rates;

/** With another number of sockets for one user. */
export function ratesWith(socketsPerUserMax: number): Readonly<Record<LimitKind, Rate>> {
  return { ...rates, sockets: { perSecond: socketsPerUserMax / 600, burst: socketsPerUserMax } };
}
