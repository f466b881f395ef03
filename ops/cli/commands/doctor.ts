// `skein doctor`: checks everything that Skein leans on, and says what to mend.
import type { Command } from 'commander';
import { ConfigError, type ClusterConfig } from '../../../cluster/config.ts';
import { ClusterAccess, reach } from '../cluster/access.ts';
import { examples, jsonOption } from '../command-line.ts';
import { configOf } from '../config.ts';
import { checkDeep } from '../doctor/deep.ts';
import { fail, ok, type Finding, type Level } from '../doctor/finding.ts';
import { checkKeys } from '../doctor/keys.ts';
import { checkNats } from '../doctor/nats.ts';
import { checkPostgres } from '../doctor/postgres.ts';
import { examine, type Examined } from '../doctor/processes.ts';
import { checkBlobs, checkDisks, checkIdentity, checkPublicUrl, checkRedis } from '../doctor/services.ts';
import { exitCodes, reasonOf } from '../errors.ts';
import { findTarget, type Target } from '../target.ts';
import { bad, dim, doubtful, good, print, type OutputOptions } from '../terminal/output.ts';

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'check every dependency and setting, and say what to mend (exit code 1 when something fails)',
    )
    .option('--deep', 'read the whole record as well: takes minutes on a large one')
    .addOption(jsonOption())
    .action(async (options: OutputOptions & { deep?: boolean }) => {
      const target = findTarget(process.env);
      const findings = await diagnose(target);
      if (options.deep) {
        const settings = settingsOf(target);
        const blobDir = 'fix' in settings ? '' : settings.blobDir;
        findings.push(...(await checkDeep(target.databaseUrl, blobDir)));
      }
      print(options, findings, () => describe(findings));
      const isIll = findings.some(({ level }) => level === 'fail');
      process.exitCode = isIll ? exitCodes.badNews : exitCodes.well;
    });
  examples(
    command,
    ['skein doctor', 'skein doctor --deep', 'skein doctor --json | jq ".[] | select(.level != \\"ok\\")"'],
    'Run it where a host runs, with that host’s settings: uploads and limits are judged by the settings here.',
  );
}

async function diagnose(target: Target): Promise<Finding[]> {
  const settings = settingsOf(target);
  if ('fix' in settings) return [settings];
  const publicUrl = target.url ?? settings.publicUrl;
  const { findings, examined } = await ofCluster(target, settings);
  const [postgres, keys, redis, disk, blobs, address, identity] = await Promise.all([
    checkPostgres(target.databaseUrl, examined?.counts ?? null),
    checkKeys(settings),
    checkRedis(settings),
    checkDisks(settings),
    checkBlobs(settings, examined?.gatewayHosts ?? []),
    checkPublicUrl(publicUrl),
    checkIdentity(settings, publicUrl),
  ]);
  const head = ok('settings', `valid; the cluster is ${target.namespace}, named by ${target.source}`);
  return [head, ...findings, ...postgres, ...keys, redis, disk, blobs, address, ...identity];
}

function settingsOf(target: Target): ClusterConfig | Finding {
  try {
    return configOf(target);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fail('settings', error.message, 'No host starts with these.');
  }
}

/** Findings about NATS and about the cluster in it. */
async function ofCluster(
  target: Target,
  config: ClusterConfig,
): Promise<{ findings: Finding[]; examined: Examined | null }> {
  const findings: Finding[] = [];
  try {
    const connection = await reach(target);
    findings.push(...(await checkNats(connection, target)));
    await connection.close();
    const access = await ClusterAccess.open(target);
    try {
      const examined = await examine(access, config);
      return { findings: [...findings, ...examined.findings], examined };
    } finally {
      await access.close();
    }
  } catch (error) {
    findings.push(
      fail(findings.length === 0 ? 'NATS' : 'cluster', reasonOf(error), 'Nothing works without it.'),
    );
    return { findings, examined: null };
  }
}

const marks: Readonly<Record<Level, string>> = {
  ok: good('ok  '),
  warn: doubtful('warn'),
  fail: bad('fail'),
};

function describe(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.map(({ level, about, says, fix }) => {
    const line = `${marks[level]}  ${about.padEnd(width)}  ${says}`;
    return fix === null ? line : `${line}. ${level === 'fail' ? fix : dim(fix)}`;
  });
  const failed = findings.filter(({ level }) => level === 'fail').length;
  const doubted = findings.filter(({ level }) => level === 'warn').length;
  const verdict = failed > 0 ? bad(`${failed} failed`) : good('nothing failed');
  return [...lines, '', `${findings.length} checks: ${verdict}, ${doubted} to look at.`].join('\n');
}
