// Problems of a cluster, in sentences that say what to do about them. Pure.
import { runsShards } from './roles.ts';
import { formatDuration } from '../terminal/durations.ts';
import { formatBytes, formatCount, listed, plural } from '../terminal/numbers.ts';
import {
  lagOf,
  livingHosts,
  livingLeader,
  livingMembers,
  livingProjectors,
  openMembers,
  orphanedJournals,
  unservedShards,
} from './facts.ts';
import { describeShards } from './names.ts';
import type { ClusterSnapshot } from './snapshot.ts';

export interface Problem {
  readonly what: string;
  readonly fix: string;
}

/** Facts that are not in the shared state; only the processes know them. */
export interface Asked {
  /** Processes that did not answer. */
  readonly silent: readonly string[];
  /** Journals that a projector has found damaged. */
  readonly damagedJournals: number;
  /** Hosts with little room on a disk. */
  readonly lowDisks: readonly LowDisk[];
}

export interface LowDisk {
  readonly host: string;
  readonly freeBytes: number;
  /** Nothing more is stored there. */
  readonly full: boolean;
}

export function problemsOf(snapshot: ClusterSnapshot, asked: Asked): Problem[] {
  return [
    ...ofShards(snapshot),
    ...ofHosts(snapshot),
    ...ofOtherProcesses(snapshot),
    ...ofJournals(snapshot, asked),
    ...ofDisks(asked),
    ...asked.silent.map((who) => ({
      what: `${who} does not answer, though it renews its membership`,
      fix: 'It may be overloaded: skein top shows the others. Its log says more.',
    })),
  ];
}

function ofShards(snapshot: ClusterSnapshot): Problem[] {
  const unserved = unservedShards(snapshot);
  if (unserved.length === 0) return [];
  const some = `${plural(unserved.length, 'shard')} (${describeShards(unserved, 4)})`;
  if (!livingMembers(snapshot).some(runsShards)) {
    return [
      {
        what: `No worker with the role actors is there: ${some} are not served`,
        fix: 'Start a host with that role (SKEIN_ROLES); its log says why if its workers do not stay.',
      },
    ];
  }
  return [
    {
      what: `${some} have no living owner`,
      fix: 'A takeover takes a few seconds. If this stays, look at the leader, the projector and PostgreSQL below.',
    },
  ];
}

function ofHosts(snapshot: ClusterSnapshot): Problem[] {
  const living = livingHosts(snapshot);
  const silent = snapshot.hosts.filter((host) => !living.includes(host));
  const members = livingMembers(snapshot);
  const short = living.flatMap(({ host, workers }) => {
    const present = members.filter((member) => member.host === host).length;
    return present < workers ? [{ host, present, workers }] : [];
  });
  const noGateway = openMembers(snapshot, 'gateway').length === 0;
  return [
    ...silent.map(({ host, silentMs }) => ({
      what: `Host ${host} has not been heard of for ${formatDuration(silentMs)}`,
      fix: `Start it again; or, if it is gone for good: skein forget ${host}`,
    })),
    ...short.map(({ host, present, workers }) => ({
      what: `Host ${host} has ${present} of its ${plural(workers, 'worker')}`,
      fix: 'Its supervisor starts them again; if they do not stay, the log of that host says why.',
    })),
    ...(noGateway
      ? [
          {
            what: 'No worker takes sockets',
            fix: 'skein undrain what is drained, or start a host with the role gateway.',
          },
        ]
      : []),
  ];
}

function ofOtherProcesses(snapshot: ClusterSnapshot): Problem[] {
  const problems: Problem[] = [];
  if (!livingLeader(snapshot)) {
    problems.push({
      what: 'No leader: nothing is taken over or moved',
      fix: 'Each supervisor is a candidate: is one running, and does it reach NATS?',
    });
  }
  if (livingProjectors(snapshot).length === 0) {
    problems.push({
      what: 'No projector: what is written stays in journals, and no shard can be taken over or moved',
      fix: 'Start a host with the role projector.',
    });
  }
  if (snapshot.postgresDown !== null) {
    problems.push({
      what: `PostgreSQL does not answer (${snapshot.postgresDown})`,
      fix: 'Messages go on until the journals are full; bring it back, or mend DATABASE_URL.',
    });
  }
  return problems;
}

function ofDisks({ lowDisks }: Asked): Problem[] {
  return lowDisks.map(({ host, freeBytes, full }) => ({
    what: `A disk of host ${host} is ${full ? 'full' : 'nearly full'}: ${formatBytes(freeBytes)} free${full ? '; what people write is refused, reading goes on' : ''}`,
    fix: 'Make room, or give it a larger disk: storing goes on by itself (SKEIN_DISK_FREE_MIN_BYTES says from where).',
  }));
}

function ofJournals(snapshot: ClusterSnapshot, { damagedJournals }: Asked): Problem[] {
  const orphaned = orphanedJournals(snapshot);
  const left = orphaned.reduce((sum, journal) => sum + (lagOf(journal) ?? 0), 0);
  const problems: Problem[] = [];
  if (orphaned.length > 0) {
    const names = listed(orphaned.map(({ incarnation }) => incarnation));
    problems.push({
      what: `${plural(orphaned.length, 'journal')} of workers that are gone to drain: ${names} (${formatCount(left)} records left)`,
      fix: 'The projector does that in a moment. If it stays: skein journal verify, and the projector’s log.',
    });
  }
  const damaged = snapshot.unfinished.filter(({ damage }) => damage !== null);
  const lost = damaged.map(({ incarnation, host, damage }) => ({
    what: `NATS has lost acknowledged messages of a worker of host ${host}: ${damage}`,
    fix: `Its shards wait, the others serve. Bring back the storage of NATS, or give up what is lost: skein journal repair ${incarnation}`,
  }));
  // A projector says so in PostgreSQL a moment after it has found it.
  if (damagedJournals > damaged.length) {
    problems.push({
      what: `${plural(damagedJournals, 'journal')} found damaged by the projector, which does not go on with them`,
      fix: 'skein journal verify says where; see the storage of NATS.',
    });
  }
  return [...problems, ...lost];
}
