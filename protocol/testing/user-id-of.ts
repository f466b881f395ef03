// The person behind a client of the SDK, for tests and loads that have just connected it.
import type { SkeinClient } from '../client/index.ts';

/** Throws when the client is not online: only the server's welcome says who it is. */
export function userIdOf(client: SkeinClient): string {
  if (client.state.name !== 'online') throw new Error('the client is not online');
  return client.state.userId;
}
