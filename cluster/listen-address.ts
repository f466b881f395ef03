// Addresses in settings, read in one way by everyone who has such a setting: where to listen, and where people come to.

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const loopback = '127.0.0.1';
const portMax = 65_535;
/** Hosts that mean every address of the machine, and the one on which such a server is reached from itself. */
const wildcards: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', loopback],
  ['::', '::1'],
]);

/** Reads `host:port`, `[::1]:port` and `:port`, which is on the loopback address; null: it is none of these. */
export function parseListen(text: string): ListenAddress | null {
  const {
    host = loopback,
    v6,
    port,
  } = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]]+)?):(?<port>\d+)$/.exec(text)?.groups ?? {};
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > portMax) return null;
  return { host: v6 ?? host, port: number };
}

/** As it stands in a setting and in a URL (RFC 3986, 3.2.2). */
export function formatListen({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where a server that listens there is reached from its own machine. */
export function ownUrlOf({ host, port }: ListenAddress): string {
  return `http://${formatListen({ host: wildcards.get(host) ?? host, port })}`;
}

/** An http(s) origin without anything behind it, as `https://chat.example.org`; null: it is none. */
export function parsePublicUrl(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null;
  const isBare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  return isBare ? url.origin : null;
}

/** Sentence for a public URL that is no origin. */
export function publicUrlRefused(text: string): string {
  return (
    `SKEIN_PUBLIC_URL must be an http(s) origin such as https://chat.example.org, not ${text}. ` +
    'Skein takes a whole host name: it does not work below a path.'
  );
}
