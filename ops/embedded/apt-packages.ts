// Programs out of Debian or Ubuntu packages, without root and without touching the system: apt-get works on a private
// configuration derived from the machine's own sources, so mirrors, keys and proxies stay the machine's.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { archiveOf, parseSources, renderSource, type AptSource } from './apt-sources.ts';
import { lastLine, runCommand, type CommandResult } from './run-command.ts';

/** Tried in turn; a package of a newer suite runs on the machine's own as long as its C library suffices. */
const newerSuites: Record<string, readonly string[]> = { debian: ['stable', 'testing'], ubuntu: ['devel'] };
const updateTimeoutMs = 180_000;

export interface AptPackages {
  readonly names: readonly string[];
  /** Fetch what they depend on and the machine lacks as well; only from the machine's own suite. */
  readonly withDependencies: boolean;
}

export type AptSuite = { kind: 'newer'; suite: string } | { kind: 'own' };

/** The suites worth asking on this machine, best first; none where there is no apt. */
export function aptSuites(): { newer: AptSuite[]; own: AptSuite[] } {
  const id = osRelease()['ID'] ?? '';
  if (machineSources().length === 0 || !existsSync('/usr/bin/dpkg-deb')) return { newer: [], own: [] };
  return {
    newer: (newerSuites[id] ?? []).map((suite) => ({ kind: 'newer', suite })),
    own: [{ kind: 'own' }],
  };
}

/** Downloads and unpacks packages below `workDir`; answers the folder that stands for `/`, or why it could not. */
export async function fetchFromApt(
  wanted: AptPackages,
  suite: AptSuite,
  workDir: string,
): Promise<{ root: string } | { reason: string }> {
  const sources = sourcesFor(suite);
  if (sources.length === 0) return { reason: 'no Debian archive among the sources of this machine' };
  const config = writeConfig(workDir, sources);
  const root = path.join(workDir, 'unpacked');
  const steps: (() => Promise<CommandResult>)[] = [
    () => apt(config, workDir, ['update', '-qq']),
    () => download(wanted, config, workDir),
    () => unpack(workDir, root),
  ];
  for (const step of steps) {
    const result = await step();
    if (!result.ok) return { reason: lastLine(result.stderr) || 'apt-get failed' };
  }
  return { root };
}

/** Either way the archives end up where `unpack` looks for them. */
function download(
  { names, withDependencies }: AptPackages,
  config: string,
  workDir: string,
): Promise<CommandResult> {
  if (!withDependencies) return apt(config, archivesIn(workDir), ['download', '-qq', ...names]);
  // Compares with what is installed and stops before installing, so the system's locks are not needed.
  const flags = ['-qq', '--yes', '--download-only', '--no-install-recommends'];
  return apt(config, workDir, ['-o', 'Debug::NoLocking=1', 'install', ...flags, ...names]);
}

function sourcesFor(suite: AptSuite): AptSource[] {
  const release = osRelease();
  const archive = archiveOf(machineSources(), release['VERSION_CODENAME'] ?? '');
  if (suite.kind === 'own' || archive === undefined) return archive === undefined ? [] : [archive];
  const components = release['ID'] === 'ubuntu' ? ['main', 'universe'] : ['main'];
  return [{ ...archive, suites: [suite.suite], components }];
}

/** Hooks of the machine are cleared: they would tidy up the system's caches, which are none of our business. */
function writeConfig(workDir: string, sources: AptSource[]): string {
  const dir = (name: string): string => {
    const folder = path.join(workDir, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const list = path.join(dir('etc'), 'archive.sources');
  writeFileSync(list, sources.map(renderSource).join('\n'));
  const lines = [
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    `Dir::Etc::sourcelist "${list}";`,
    'Dir::Etc::sourceparts "-";',
    `Dir::State "${dir('state')}";`,
    `Dir::State::lists "${path.dirname(dir('state/lists/partial'))}";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${dir('cache')}";`,
    `Dir::Cache::archives "${path.dirname(dir('cache/archives/partial'))}";`,
    'Acquire::Languages "none";',
    'APT::Sandbox::User "root";',
  ];
  const config = path.join(workDir, 'apt.conf');
  writeFileSync(config, `${lines.join('\n')}\n`);
  return config;
}

function archivesIn(workDir: string): string {
  return path.join(workDir, 'cache', 'archives');
}

function apt(config: string, cwd: string, args: string[]): Promise<CommandResult> {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  return runCommand('apt-get', ['-c', config, ...args], { cwd, env, timeoutMs: updateTimeoutMs });
}

async function unpack(workDir: string, root: string): Promise<CommandResult> {
  const folder = archivesIn(workDir);
  const archives = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  let result: CommandResult = { ok: false, stdout: '', stderr: 'apt-get downloaded nothing' };
  for (const archive of archives) {
    const args = ['-x', path.join(folder, archive), root];
    result = await runCommand('dpkg-deb', args, { timeoutMs: updateTimeoutMs });
    if (!result.ok) break;
  }
  return result;
}

function machineSources(): AptSource[] {
  const folder = '/etc/apt/sources.list.d';
  const parts = existsSync(folder) ? readdirSync(folder).sort() : [];
  const files = ['/etc/apt/sources.list', ...parts.map((name) => path.join(folder, name))];
  return files
    .filter((file) => /\.(list|sources)$/.test(file) && existsSync(file))
    .flatMap((file) =>
      parseSources(readFileSync(file, 'utf8'), file.endsWith('.sources') ? 'deb822' : 'line'),
    );
}

function osRelease(): Record<string, string> {
  if (!existsSync('/etc/os-release')) return {};
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
  const pairs = lines.map((line) => /^(\w+)="?([^"]*)"?$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map((match) => [match[1] ?? '', match[2] ?? '']));
}
