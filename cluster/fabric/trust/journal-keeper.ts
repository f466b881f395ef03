// Journals are made and trimmed by supervisors, because a worker may not touch streams: it asks the supervisor of its host.
// Requests are checked, for a worker may ask in another's name: a journal is made for a member, and only records that are
// in PostgreSQL, as the projectors say it, are trimmed.
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeRecord } from '../../../storage/journal/record.ts';
import type { JournalKeeper, JournalStreams } from '../../../storage/journal/streams.ts';
import { decodeNotice } from '../../../storage/projector/projector.ts';
import { askControl, serveControl } from '../control/control.ts';
import type { MemberRecord } from '../membership/member.ts';
import type { Members } from '../membership/members.ts';

const askWithinMs = 5_000;

const keeperOf = (host: string): string => `streams.${host}`;

/** A worker's side. Throws ControlError. */
export function askedKeeper(connection: NatsConnection, namespace: string, host: string): JournalKeeper {
  const target = { connection, namespace, to: keeperOf(host) };
  return {
    async create(incarnation) {
      await askControl(target, 'create_journal', { incarnation }, askWithinMs);
    },
    async trim(incarnation, keepFrom) {
      await askControl(target, 'trim_journal', { incarnation, keepFrom }, askWithinMs);
    },
  };
}

export interface KeeperOptions {
  readonly connection: NatsConnection;
  readonly namespace: string;
  readonly host: string;
  readonly streams: JournalStreams;
  readonly members: Members<MemberRecord>;
  readonly journalBytesMax: number;
}

/** The supervisor's side; returns what ends it. */
export function serveKeeper(options: KeeperOptions): () => void {
  const { connection, namespace, host, streams, members, journalBytesMax } = options;
  /** The last record of each journal that is in PostgreSQL. */
  const projected = new Map<string, number>();
  const notices = connection.subscribe(streams.projectedSubjectOf('*'), {
    callback: (error, message) => {
      if (error) return;
      const { incarnation, batch } = decodeNotice(message.data);
      if (members.all.has(incarnation)) projected.set(incarnation, batch);
    },
  });
  const stop = serveControl(connection, namespace, keeperOf(host), {
    create_journal: async ({ incarnation }) => {
      if (!(await members.confirm(incarnation))) throw new Error(`${incarnation} is no member`);
      await streams.create(incarnation, journalBytesMax);
      return {};
    },
    trim_journal: async ({ incarnation, keepFrom }) => {
      for (const known of projected.keys()) if (!members.all.has(known)) projected.delete(known);
      const [last, gone] = await Promise.all([
        streams.last(incarnation),
        streams.before(incarnation, keepFrom),
      ]);
      const isThere = last !== null && Number.isSafeInteger(keepFrom) && keepFrom <= last.seq;
      // The records before the first one that is there were trimmed, and so projected.
      const isProjected = !gone || decodeRecord(gone.data).number <= (projected.get(incarnation) ?? 0);
      if (!isThere || !isProjected) {
        throw new Error(`not all of that is projected: ${incarnation} up to ${keepFrom}`);
      }
      await streams.trim(incarnation, keepFrom);
      return {};
    },
  });
  return () => {
    stop();
    notices.unsubscribe();
  };
}
