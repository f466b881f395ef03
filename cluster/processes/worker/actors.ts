// A worker's actors with what they stand on: the journal, the stores, the effects on each other.
import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import type { ActorCommands } from '../../../actors/commands.ts';
import { ConversationActivator } from '../../../actors/conversation/activator.ts';
import { ActorHost } from '../../../actors/runtime/actor-host.ts';
import type { Clock, Log } from '../../../actors/runtime/ports.ts';
import { SessionActivator } from '../../../actors/session/session.ts';
import type { DiskRoom } from '../../../storage/disk/room.ts';
import { noHeads } from '../../../storage/journal/head.ts';
import { HeadFiles } from '../../../storage/journal/head-files.ts';
import { JournalStreams, type JournalKeeper } from '../../../storage/journal/streams.ts';
import { JournalWriter } from '../../../storage/journal/writer.ts';
import { PostgresConversationStore } from '../../../storage/postgres/conversation-store.ts';
import { PostgresSessionStore } from '../../../storage/postgres/session-store.ts';
import { journalEnded } from '../../../storage/journal/seal.ts';
import { decodeNotice } from '../../../storage/projector/projector.ts';
import type { ClusterConfig } from '../../config.ts';
import { ownerOf } from '../../fabric/placement/shard-map.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import { askedKeeper } from '../../fabric/trust/journal-keeper.ts';
import { systemTimers as timers } from '../../system-ports.ts';
import { EffectsSender } from './effects.ts';
import { HeadReporter } from './head-reporter.ts';
import type { Links } from './links.ts';

export interface ActorsOptions {
  readonly connection: NatsConnection;
  readonly pool: pg.Pool;
  readonly config: ClusterConfig;
  readonly incarnation: string;
  readonly links: Links;
  readonly watch: ShardMapWatch;
  readonly clock: Clock;
  readonly log: Log;
  readonly room: DiskRoom;
  readonly onFatal: (reason: string) => void;
}

export interface Actors {
  readonly host: ActorHost<ActorCommands>;
  readonly journal: JournalWriter;
  readonly effects: EffectsSender;
  readonly store: PostgresConversationStore;
  start(): Promise<void>;
  /** Ends the worker when its journal belongs to a successor by now. */
  confirmJournal(): Promise<void>;
  /** Resolves when everything decided is durable. */
  stop(): Promise<void>;
}

export function buildActors(options: ActorsOptions): Actors {
  const { connection, pool, config, incarnation, links, watch, clock, log, onFatal } = options;
  const streams = new JournalStreams(connection, config.namespace);
  const keeper = askedKeeper(connection, config.namespace, config.host);
  const { journal, headKeeper, reporter } = openJournal(options, streams, keeper);
  const owns = (shard: number) => ownerOf(watch.map, shard) === incarnation;
  const effects = new EffectsSender(links.router, pool, timers, log, owns);
  const store = new PostgresConversationStore(pool, clock, timers);
  const host = new ActorHost<ActorCommands>({
    journal,
    effects,
    clock,
    timers,
    log,
    activators: {
      conversation: new ConversationActivator({ store, journal, clock, timers }),
      session: new SessionActivator({ store: new PostgresSessionStore(pool), journal, clock }),
    },
    publish: (address, seq, frame) => links.shards.publish(address, seq, frame),
    publishEach: (address, frames) => links.shards.publishEach(address, frames),
    drop: (address, userIds) => links.shards.drop(address, userIds),
  });
  const projected = connection.subscribe(streams.projectedSubjectOf(incarnation), {
    callback: (error, message) => {
      if (!error) journal.noteProjected(decodeNotice(message.data).batch);
    },
  });
  return {
    host,
    journal,
    effects,
    store,
    async start() {
      await reporter.adopt();
      await keeper.create(incarnation);
      await reporter.start();
    },
    async confirmJournal() {
      const reason = await journalEnded(streams, incarnation);
      if (reason) onFatal(reason);
    },
    async stop() {
      effects.stop();
      host.stop();
      await journal.drain();
      journal.end();
      await reporter.stop();
      headKeeper.close();
      projected.unsubscribe();
    },
  };
}

/** The journal, and who keeps its head: this host's file at once, PostgreSQL a moment later. */
function openJournal(options: ActorsOptions, streams: JournalStreams, keeper: JournalKeeper) {
  const { connection, pool, config, incarnation, room, clock, log, onFatal } = options;
  const heads = config.roles.includes('actors') ? new HeadFiles(config.stateDir) : noHeads;
  const headKeeper = heads.open(incarnation);
  const journal = new JournalWriter({
    connection,
    streams,
    keeper,
    incarnation,
    head: headKeeper,
    room,
    backlogBytesSoftMax: config.journalSoftBytesMax,
    clock,
    timers,
    log,
    onFenced: onFatal,
  });
  const reporter = new HeadReporter({
    pool,
    heads,
    keeper: headKeeper,
    incarnation,
    host: config.host,
    head: () => journal.head,
    timers,
    log,
  });
  return { journal, headKeeper, reporter };
}
