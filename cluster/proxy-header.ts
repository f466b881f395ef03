// How the identity provider knows that a request came through a worker of its host: the worker adds a header with a secret
// that follows from the cluster's. Without it the port on loopback answers nobody, since any local user could say there
// from which address they come.
import { createHash, timingSafeEqual } from 'node:crypto';

export const proxyHeader = 'x-skein-proxy';

/** Takes the same time whatever was presented. */
export function isProxySecret(presented: string | undefined, secret: string): boolean {
  if (secret === '' || presented === undefined) return false;
  return timingSafeEqual(digest(presented), digest(secret));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
