// A worker's uploads and downloads, put together: the routes, the process that looks into files, and the sweep.
import type pg from 'pg';
import type { TemplatedApp } from 'uWebSockets.js';
import type { Clock, Log, Random, Timers } from '../../../../actors/runtime/ports.ts';
import { limits } from '../../../../protocol/limits.ts';
import { Attachments } from '../../../../storage/blobs/attachments.ts';
import type { BlobStore } from '../../../../storage/blobs/blob-store.ts';
import { FolderBlobStore } from '../../../../storage/blobs/folder-blob-store.ts';
import { UploadSweep } from '../../../../storage/blobs/sweep.ts';
import { UploadRows } from '../../../../storage/blobs/upload-rows.ts';
import type { Authenticator } from '../../gateway/authenticator.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { LimitKind } from '../../limits/rates.ts';
import type { CrossOrigin } from '../api/cross-origin.ts';
import { Refusal } from '../api/problem.ts';
import { Routes, type Handler } from '../api/routes.ts';
import { DownloadRoutes, type DownloadRoutesOptions } from './download-routes.ts';
import { Finisher } from './finisher.ts';
import { Inspector } from './inspector.ts';
import { Receiver } from './receiver.ts';
import { tusHeaders } from './tus.ts';
import { uploadTiming } from './timing.ts';
import { UploadRoutes } from './upload-routes.ts';

export interface UploadsOptions {
  readonly pool: pg.Pool;
  readonly authenticator: Authenticator;
  readonly limiter: Limiter<LimitKind>;
  /** Empty: this server stores no attachments. */
  readonly blobDir: string;
  readonly expiresAfterMs: number;
  /** Whether there is room for more on this host's disks. */
  readonly room: { readonly isFull: boolean };
  readonly crossOrigin: CrossOrigin;
  readonly checkMember: DownloadRoutesOptions['checkMember'];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface Uploads {
  /** For metrics, by the beginning of their names. */
  readonly totals: Readonly<Record<string, { what: string; counts: Readonly<Record<string, number>> }>>;
  readonly gauges: Readonly<Record<string, { help: string; read: () => number }>>;
  attach(app: TemplatedApp): void;
  stop(): void;
}

export async function openUploads(options: UploadsOptions): Promise<Uploads> {
  if (options.blobDir === '') return noUploads(options.log);
  return buildUploads(options, await FolderBlobStore.open(options.blobDir));
}

function buildUploads(options: UploadsOptions, blobs: BlobStore): Uploads {
  const { pool, authenticator, limiter, checkMember, expiresAfterMs, room, crossOrigin } = options;
  const { clock, timers, random, log } = options;
  const timing = uploadTiming(expiresAfterMs);
  const rows = new UploadRows(pool);
  const inspector = new Inspector(timers, log);
  const receiver = new Receiver({ rows, blobs, clock, random, withinMs: timing.requestWithinMs });
  const finisher = new Finisher({ rows, blobs, inspector, random, log });
  const uploads = new UploadRoutes({
    authenticator,
    limiter,
    rows,
    receiver,
    finisher,
    random,
    expiresAfterMs,
    room,
  });
  const downloads = new DownloadRoutes({
    authenticator,
    attachments: new Attachments(pool),
    blobs,
    checkMember,
    timers,
    withinMs: limits.downloadWithinMs,
  });
  const sweep = new UploadSweep({ pool, blobs, ...timing, log });
  const stopSweep = timers.setInterval(() => {
    sweep
      .run()
      .catch((error: unknown) => log.warn({ err: error }, 'uploads could not be swept; the next round will'));
  }, timing.sweepEveryMs);
  return {
    totals: {
      skein_uploads: { what: 'Uploads', counts: uploads.totals },
      skein_upload_receiver: { what: 'Content of uploads', counts: receiver.totals },
      skein_upload_finisher: { what: 'Complete uploads', counts: finisher.totals },
      skein_upload_inspector: { what: 'Checks of content', counts: inspector.totals },
      skein_upload_sweep: { what: 'Sweep of uploads', counts: sweep.totals },
      skein_downloads: { what: 'Downloads', counts: downloads.totals },
    },
    gauges: {
      skein_uploads_receiving: { help: 'Requests that bring content', read: () => receiver.requests },
      skein_uploads_finishing: { help: 'Complete uploads to be checked', read: () => finisher.waiting },
      skein_downloads_sending: { help: 'Downloads under way', read: () => downloads.underWay },
    },
    attach(app) {
      uploads.attach(new Routes(app, { log, headers: tusHeaders, crossOrigin }));
      downloads.attach(new Routes(app, { log, crossOrigin }));
    },
    stop() {
      stopSweep();
      inspector.stop();
    },
  };
}

/** The paths are there, so that a client learns why rather than that they are not. */
function noUploads(log: Log): Uploads {
  const detail = 'This server stores no attachments: its operator has not set SKEIN_BLOB_DIR.';
  const refuse: Handler = () => Promise.reject(new Refusal('unavailable', { detail }));
  return {
    totals: {},
    gauges: {},
    attach(app) {
      const routes = new Routes(app, { log });
      for (const method of ['get', 'head', 'post', 'patch', 'del', 'options'] as const) {
        routes.on(method, '/v1/uploads', refuse).on(method, '/v1/uploads/*', refuse);
        routes.on(method, '/v1/conversations/:id/attachments/*', refuse);
      }
    },
    stop: () => undefined,
  };
}
