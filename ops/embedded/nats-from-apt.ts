// nats-server out of a Debian or Ubuntu package, without root and without touching the system: apt-get works on a
// private configuration derived from the machine's own sources, so mirrors, keys and proxies stay the machine's.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { archiveOf, parseSources, renderSource, type AptSource } from './apt-sources.ts';
import { lastLine, runCommand, type CommandResult } from './run-command.ts';

/** Tried in turn; a package of a newer suite runs on the machine's own as long as its C library suffices. */
const newerSuites: Record<string, readonly string[]> = { debian: ['stable', 'testing'], ubuntu: ['devel'] };
const updateTimeoutMs = 180_000;
const packageName = 'nats-server';

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

/** Downloads and unpacks the package below `workDir`; answers the program's path, or why it could not. */
export async function fetchFromApt(
  suite: AptSuite,
  workDir: string,
): Promise<{ file: string } | { reason: string }> {
  const sources = sourcesFor(suite);
  if (sources.length === 0) return { reason: 'no Debian archive among the sources of this machine' };
  const config = writeConfig(workDir, sources);
  const steps: (() => Promise<CommandResult>)[] = [
    () => apt(config, workDir, ['update', '-qq']),
    () => apt(config, workDir, ['download', '-qq', packageName]),
    () => unpack(workDir),
  ];
  for (const step of steps) {
    const result = await step();
    if (!result.ok) return { reason: lastLine(result.stderr) || 'apt-get failed' };
  }
  const file = path.join(workDir, 'unpacked', 'usr', 'sbin', packageName);
  return existsSync(file) ? { file } : { reason: `the package holds no ${packageName}` };
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

function apt(config: string, workDir: string, args: string[]): Promise<CommandResult> {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  return runCommand('apt-get', ['-c', config, ...args], { cwd: workDir, env, timeoutMs: updateTimeoutMs });
}

function unpack(workDir: string): Promise<CommandResult> {
  const archive = readdirSync(workDir).find((name) => name.startsWith(packageName) && name.endsWith('.deb'));
  const args = ['-x', archive ?? `${packageName}.deb`, 'unpacked'];
  return runCommand('dpkg-deb', args, { cwd: workDir, timeoutMs: updateTimeoutMs });
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
