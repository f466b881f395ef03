// The loopback addresses that connections are opened from. Towards one server each has 28,000 ports, and long before they
// are used up finding a free one takes the kernel most of the machine: with 6,000 in use 2,000 more took 30 ms of system
// time, with 10,000 in use 2 s.
const connectionsPerAddressMax = 4_000;

/** Enough of them for that many connections; none when the system may choose. */
export function localAddresses(connections: number): string[] {
  if (connections <= connectionsPerAddressMax) return [];
  const count = Math.ceil(connections / connectionsPerAddressMax);
  return Array.from({ length: count }, (_, index) => `127.0.0.${2 + index}`);
}
