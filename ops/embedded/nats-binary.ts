// Finds a nats-server that is new enough for the journal, and fetches one where the machine has none: NATS is not in
// the registry that everything else comes from.
import { chmodSync, copyFileSync, existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { aptSuites, fetchFromApt, type AptSuite } from './apt-packages.ts';
import { EmbeddedError } from './embedded-error.ts';
import { buildWithGo, hasGo } from './go-program.ts';
import {
  compareVersions,
  formatVersion,
  isGoodEnough,
  parseVersion,
  versionWarning,
} from './nats-version.ts';
import type { NatsVersion } from './nats-version.ts';
import { defaultCacheDir, inWorkDir, onPath } from './program-cache.ts';
import { runCommand } from './run-command.ts';

export interface NatsBinary {
  file: string;
  version: NatsVersion;
  /** To be shown loudly: what is at risk with this version. */
  warning?: string;
}

export interface FindOptions {
  /** The value of `SKEIN_NATS_SERVER`; used whatever its version. */
  explicit?: string | undefined;
  cacheDir?: string;
  onProgress?: (step: string) => void;
}

const goModule = 'github.com/nats-io/nats-server/v2@latest';

/** The best nats-server to be had; throws EmbeddedError with what to do when there is none at all. */
export async function findNatsServer(options: FindOptions = {}): Promise<NatsBinary> {
  const { explicit, cacheDir = defaultCacheDir(), onProgress = () => undefined } = options;
  if (explicit) return explicitBinary(explicit);
  const installed = [await probe(onPath('nats-server')), ...(await cached(cacheDir))];
  const seen = installed.filter((found) => found !== undefined);
  const reasons: string[] = [];
  const good = seen.find(({ version }) => isGoodEnough(version));
  if (good !== undefined) return good;
  for (const fetch of fetchers(cacheDir, onProgress)) {
    const found = await fetch();
    if ('reason' in found) reasons.push(found.reason);
    else seen.push(found);
    if (!('reason' in found) && isGoodEnough(found.version)) return found;
  }
  const best = seen.sort((a, b) => compareVersions(b.version, a.version))[0];
  if (best !== undefined) return withWarning(best);
  throw new EmbeddedError(
    `No nats-server was found and none could be fetched (${reasons.join('; ') || 'no apt and no Go here'}): ` +
      'install nats-server 2.10.23 or newer and put it on PATH or name it in SKEIN_NATS_SERVER, ' +
      'or set NATS_URL to a NATS of yours.',
  );
}

type Fetched = NatsBinary | { reason: string };

/** Ways to fetch it, quickest and best first: a package takes seconds, a build the better part of a minute. */
function* fetchers(cacheDir: string, onProgress: (step: string) => void): Generator<() => Promise<Fetched>> {
  const suites = aptSuites();
  for (const suite of suites.newer) yield () => fromApt(suite, cacheDir, onProgress);
  if (hasGo()) yield () => fromGo(cacheDir, onProgress);
  for (const suite of suites.own) yield () => fromApt(suite, cacheDir, onProgress);
}

async function fromApt(
  suite: AptSuite,
  cacheDir: string,
  onProgress: (step: string) => void,
): Promise<Fetched> {
  const name = suite.kind === 'own' ? 'the suite of this machine' : `the ${suite.suite} suite`;
  onProgress(`fetching nats-server from ${name}`);
  return inWorkDir(cacheDir, async (workDir) => {
    const wanted = { names: ['nats-server'], withDependencies: false };
    const fetched = await fetchFromApt(wanted, suite, workDir);
    if ('reason' in fetched) return { reason: `package of ${name}: ${fetched.reason}` };
    return keep(path.join(fetched.root, 'usr', 'sbin', 'nats-server'), cacheDir, `package of ${name}`);
  });
}

async function fromGo(cacheDir: string, onProgress: (step: string) => void): Promise<Fetched> {
  onProgress('building nats-server with Go, which takes about a minute');
  return inWorkDir(cacheDir, async (workDir) => {
    const built = await buildWithGo(goModule, workDir);
    if ('reason' in built) return built;
    return keep(path.join(workDir, 'nats-server'), cacheDir, 'Go');
  });
}

/** Moves a program that runs here into the cache, whole. */
async function keep(file: string, cacheDir: string, origin: string): Promise<Fetched> {
  chmodSync(file, 0o755);
  const found = await probe(file);
  if (found === undefined) return { reason: `${origin}: its nats-server does not run on this machine` };
  const target = path.join(cacheDir, `nats-server-${formatVersion(found.version)}`);
  const draft = `${target}.${process.pid}`;
  copyFileSync(file, draft);
  chmodSync(draft, 0o755);
  renameSync(draft, target);
  return { ...found, file: target };
}

async function cached(cacheDir: string): Promise<NatsBinary[]> {
  const names = existsSync(cacheDir) ? readdirSync(cacheDir) : [];
  const programs = names.filter((name) => /^nats-server-\d+\.\d+\.\d+$/.test(name));
  const found = await Promise.all(programs.map((name) => probe(path.join(cacheDir, name))));
  return found.filter((each) => each !== undefined).sort((a, b) => compareVersions(b.version, a.version));
}

async function explicitBinary(file: string): Promise<NatsBinary> {
  const found = await probe(path.resolve(file));
  if (found !== undefined) return withWarning(found);
  throw new EmbeddedError(
    `SKEIN_NATS_SERVER names ${file}, which is missing or no nats-server: ` +
      'correct it, or unset it and let Skein find one.',
  );
}

function withWarning(found: NatsBinary): NatsBinary {
  const warning = versionWarning(found.version);
  return warning === undefined ? found : { ...found, warning };
}

async function probe(file: string | undefined): Promise<NatsBinary | undefined> {
  if (file === undefined || !existsSync(file)) return undefined;
  const result = await runCommand(file, ['--version'], { timeoutMs: 10_000 });
  const said = /^nats-server:.*/m.exec(result.stdout + result.stderr)?.[0];
  const version = result.ok && said !== undefined ? parseVersion(said) : undefined;
  return version && { file, version };
}
