// Which nats-server is good enough for a journal. Pure, since the answer decides what may be lost in a power cut.

export interface NatsVersion {
  major: number;
  minor: number;
  patch: number;
}

/** Clustered appends before this were checked only before proposing, and KV and purge had faults we rely on not having. */
export const versionFloor: NatsVersion = { major: 2, minor: 10, patch: 23 };
const syncIntervalSince: NatsVersion = { major: 2, minor: 10, patch: 0 };

/** Reads "nats-server: v2.10.27", "2.10.27-1+b2" and the like. */
export function parseVersion(text: string): NatsVersion | undefined {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match === null
    ? undefined
    : { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** Negative when `a` is older than `b`. */
export function compareVersions(a: NatsVersion, b: NatsVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

export function formatVersion({ major, minor, patch }: NatsVersion): string {
  return `${major}.${minor}.${patch}`;
}

export function isGoodEnough(version: NatsVersion): boolean {
  return compareVersions(version, versionFloor) >= 0;
}

export function hasSyncInterval(version: NatsVersion): boolean {
  return compareVersions(version, syncIntervalSince) >= 0;
}

/** Warns of the risk with an old server; undefined when there is none. */
export function versionWarning(version: NatsVersion): string | undefined {
  if (isGoodEnough(version)) return undefined;
  const risk = hasSyncInterval(version)
    ? 'its JetStream has faults that were mended since'
    : 'it writes to the disk every 2 minutes only, so that a power cut loses messages already acknowledged';
  return (
    `WARNING: nats-server ${formatVersion(version)} is older than ${formatVersion(versionFloor)}: ${risk}. ` +
    'Install a newer one on PATH or name it in SKEIN_NATS_SERVER.'
  );
}
