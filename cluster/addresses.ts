// Address that a connection counts for in limits: the peer's, or behind proxies that the operator names the
// one that the outermost of them saw. Anybody can write an `x-forwarded-for`; only a named proxy is believed.
import { BlockList, isIP, SocketAddress } from 'node:net';

export interface AddressSettings {
  /** Addresses and networks (CIDR) of the operator's proxies. */
  readonly trustedProxies: readonly string[];
  /** Those that are not limited. */
  readonly unlimitedAddresses: readonly string[];
}

/** More than a chain of proxies has; the rest of a longer header is somebody's invention. */
const hopsMax = 16;

export class ClientAddresses {
  readonly #proxies: BlockList;
  readonly #unlimited: BlockList;

  /** Throws for what is neither an address nor a network; see `isNetwork`. */
  constructor({ trustedProxies, unlimitedAddresses }: AddressSettings) {
    this.#proxies = blockList(trustedProxies);
    this.#unlimited = blockList(unlimitedAddresses);
  }

  /** The subject of address limits, or null when this address has none: it is exempt, or a proxy that named nobody. */
  subjectOf(peer: string, forwardedFor: string): string | null {
    const address = this.clientOf(peer, forwardedFor);
    if (address === null || has(this.#unlimited, address) || has(this.#proxies, address)) return null;
    return addressKey(address);
  }

  /** From the nearest hop outwards, as long as a proxy of ours tells the next; null for a peer without an address. */
  clientOf(peer: string, forwardedFor: string): string | null {
    let address = canonical(peer);
    if (address === null || forwardedFor === '' || !has(this.#proxies, address)) return address;
    for (const hop of forwardedFor.split(',').slice(-hopsMax).reverse()) {
      const next = canonical(hop.trim());
      if (next === null) break;
      address = next;
      if (!has(this.#proxies, address)) break;
    }
    return address;
  }
}

/** Whether the text is an address, or a network such as 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

function has(list: BlockList, address: string): boolean {
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** One text for each address, and IPv4 as such also where it comes in IPv6 clothes; null for anything else. */
function canonical(text: string): string | null {
  const family = isIP(text);
  if (family !== 6) return family === 4 ? text : null;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address;
}

/** One subscriber holds a whole /64, so an IPv6 address counts by its first four groups. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
