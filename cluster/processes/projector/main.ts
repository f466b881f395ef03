// The projector process: the journals that are its share into PostgreSQL.
import { Registry, collectDefaultMetrics } from 'prom-client';
import { HeadFiles } from '../../../storage/journal/head-files.ts';
import { JournalStreams } from '../../../storage/journal/streams.ts';
import { openPool } from '../../../storage/postgres/pool.ts';
import { Projector } from '../../../storage/projector/projector.ts';
import { runChild } from '../child-process.ts';
import { readConfig } from '../../config.ts';
import { serveControl } from '../../fabric/control/control.ts';
import { startAdminServer } from '../../edge/http/admin-server.ts';
import { openLog } from '../../log.ts';
import { ClusterKv } from '../../fabric/membership/cluster-kv.ts';
import { connectNats } from '../../fabric/nats.ts';
import { addCounter, addGauge } from '../../metrics.ts';
import { systemClock as clock, systemRandom, systemTimers as timers } from '../../system-ports.ts';
import { ProjectorShare } from './share.ts';
import { metricNames } from '../../../protocol/metric-names.ts';

/** A projector that has tried one transaction for this long leaves its journals to others, who may reach PostgreSQL. */
const tryingForMsMax = 3_000;
const config = readConfig();
const log = openLog('projector', config.logLevel);

await runChild(
  async () => {
    const connection = await connectNats(config.nats, 'skein projector', log);
    const pool = openPool({
      databaseUrl: config.databaseUrl,
      name: 'skein projector',
      connectionsMax: 16,
      log,
    });
    const kv = await ClusterKv.open(connection, config.namespace);
    const streams = new JournalStreams(connection, config.namespace);
    const isMine = (incarnation: string) => share.isMine(incarnation);
    const heads = new HeadFiles(config.stateDir);
    const projector = new Projector({ connection, streams, pool, heads, isMine, clock, timers, log });
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    addGauge(registry, metricNames.projectorJournals, 'Journals being projected', () => projector.journals);
    addGauge(
      registry,
      metricNames.journalsDamaged,
      'Journals that lost acknowledged records, or do not continue',
      () => projector.damaged.size,
    );
    addGauge(
      registry,
      'skein_projector_trying_seconds',
      'For how long PostgreSQL has not taken the same transaction',
      () => projector.tryingForMs / 1000,
    );
    addCounter(registry, metricNames.projectorEntries, 'Entries written', () => projector.totals.entries);
    addCounter(registry, metricNames.projectorCommits, 'Transactions', () => projector.totals.commits);
    addCounter(
      registry,
      metricNames.projectorCommitMs,
      'Time in transactions',
      () => projector.totals.commitMs,
    );
    const readiness = () => ({
      missing: connection.isClosed() ? ['NATS'] : [],
      damaged: [...projector.damaged.keys()],
    });
    const admin = await startAdminServer(config.adminBasePort, registry, readiness);
    const id = `p${systemRandom.uuid().replaceAll('-', '').slice(0, 12)}`;
    const about = { id, host: config.host, pid: process.pid, admin: admin.address };
    const isWell = () => projector.tryingForMs < tryingForMsMax;
    const onChange = () => projector.reconsider();
    const share = new ProjectorShare({ about, kv, clock, timers, log, isWell, onChange });
    await share.start();
    projector.start();
    const stopControl = serveControl(connection, config.namespace, id, {
      metrics: () => registry.getMetricsAsJSON(),
    });
    log.info({ id, admin: admin.address }, 'projector runs');
    return {
      async stop() {
        stopControl();
        await projector.stop();
        await share.stop();
        admin.close();
        await Promise.allSettled([connection.drain(), pool.end()]);
      },
    };
  },
  (error) => log.fatal({ err: error }, 'the projector failed'),
);
