// `skein status`.
import type { Command } from 'commander';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { exitCodes } from '../errors.ts';
import { readStatus, type ClusterStatus, type HostStatus, type ProjectorStatus } from '../status.ts';
import { formatDuration } from '../terminal/durations.ts';
import { formatBytes, formatCount, plural } from '../terminal/numbers.ts';
import { bad, doubtful, good, print, type OutputOptions } from '../terminal/output.ts';
import { facts, table } from '../terminal/table.ts';

export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .description('hosts, workers, shards, journals, and whether all is well (exit code 1 when it is not)')
    .addOption(jsonOption())
    .action(
      onCluster(async (access, options: OutputOptions) => {
        const status = await readStatus(access);
        print(options, status, () => describeStatus(status));
        process.exitCode = status.healthy ? exitCodes.well : exitCodes.badNews;
      }),
    );
  examples(command, [
    'skein status',
    'skein status --json | jq .problems',
    'skein status > /dev/null || page-someone',
  ]);
}

export function describeStatus(status: ClusterStatus): string {
  const sections = [hostTable(status), workerTable(status), summary(status), verdict(status)];
  return sections.filter((section) => section !== '').join('\n\n');
}

function hostTable({ hosts, leader }: ClusterStatus): string {
  const rows = hosts.map((host) => [
    host.host,
    host.roles.join(','),
    formatCount(host.workers),
    formatDuration(host.upForMs),
    stateOf(host, leader?.host === host.host),
  ]);
  return table(['host', 'roles', 'workers', 'up', ''], rows);
}

function stateOf({ silentForMs, drained }: HostStatus, leads: boolean): string {
  if (silentForMs !== null) return bad(`silent for ${formatDuration(silentForMs)}`);
  return [...(leads ? ['leader'] : []), ...(drained ? [doubtful('drained')] : [])].join(', ');
}

function workerTable({ workers }: ClusterStatus): string {
  if (workers.length === 0) return '';
  const rows = workers.map((worker) => [
    worker.place,
    worker.incarnation,
    String(worker.pid),
    formatDuration(worker.upForMs),
    formatCount(worker.shards),
    worker.sockets === null ? '?' : formatCount(worker.sockets),
    worker.journalLag === null ? '–' : formatCount(worker.journalLag),
    `http://${worker.admin}/metrics`,
    worker.drained ? doubtful('drained') : '',
  ]);
  const header = ['worker', 'incarnation', 'pid', 'up', 'shards', 'sockets', 'lag', 'metrics', ''];
  return table(header, rows);
}

function summary(status: ClusterStatus): string {
  const { leader, projectors, shards, shardsWithoutOwner, mapVersion, journalLag, journalLagBytes } = status;
  const lag =
    journalLag === null
      ? 'how far is unknown'
      : `${plural(journalLag, 'record')} (~${formatBytes(journalLagBytes ?? 0)}) not in PostgreSQL yet`;
  const toDrain = status.journalsToDrain.length;
  const plans = [
    `${plural(status.movesOutstanding, 'move')} outstanding`,
    ...(status.pins > 0 ? [plural(status.pins, 'pin')] : []),
    ...(status.failovers.length > 0 ? [plural(status.failovers.length, 'failover')] : []),
  ];
  return facts([
    ['shards', `${shards - shardsWithoutOwner} of ${shards} served (map version ${mapVersion})`],
    ['plans', plans.join(', ')],
    ['drained', status.drained.join(', ') || 'nothing'],
    ['leader', leader ? `${leader.host} (term ${leader.term})` : bad('none')],
    ['projectors', projectors.map(describeProjector).join('\n') || bad('none')],
    ['journals', `${lag}; ${toDrain === 0 ? 'none' : toDrain} to drain`],
    ['PostgreSQL', status.postgres === 'up' ? 'up' : bad('down')],
  ]);
}

function describeProjector({ host, journals, admin }: ProjectorStatus): string {
  return `${host} (${journals === null ? 'does not answer' : plural(journals, 'journal')}, http://${admin}/metrics)`;
}

function verdict({ healthy, problems }: ClusterStatus): string {
  if (healthy) return good('All is well.');
  const lines = problems.map(({ what, fix }) => `${bad('✗')} ${what}.\n  ${fix}`);
  return [bad('Not well:'), ...lines].join('\n');
}
