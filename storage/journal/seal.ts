// Ends a journal from outside. After the seal the former owner cannot append, so it can neither acknowledge nor
// deliver anything: that is the whole fence between a worker and its successor.
import { jetstream, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../../actors/runtime/ports.ts';
import { streamNotFound, wrongLastSequence } from './append.ts';
import { journalBounds } from './bounds.ts';
import { decodeRecord, encodeSeal, hashOf, noHash } from './record.ts';
import type { JournalStreams } from './streams.ts';

/** Appends the seal, or finds it there. Throws when NATS does not answer; calling again does no harm. */
export async function sealJournal(
  connection: NatsConnection,
  streams: JournalStreams,
  incarnation: string,
  by: string,
  log: Log,
): Promise<void> {
  const client = jetstream(connection, { checkAPI: false });
  for (;;) {
    const { last, streamSeq } = await streams.end(incarnation);
    const record = last && decodeRecord(last.data);
    if (record?.type === 'seal') return;
    const number = (record?.number ?? 0) + 1;
    const seal = encodeSeal(incarnation, number, last ? hashOf(last.data) : noHash, by);
    try {
      await client.publish(streams.subjectOf(incarnation), seal, {
        expect: { lastSequence: streamSeq },
        timeout: journalBounds.appendTimeoutMs,
        retries: 1,
      });
      log.info({ incarnation, record: number }, 'journal sealed');
      return;
    } catch (error) {
      // The owner was quicker once more, or an attempt that timed out has landed: look again.
      if (!(error instanceof JetStreamApiError) || error.code !== wrongLastSequence) throw error;
      log.warn({ incarnation, reason: error.message }, 'the seal met another record; trying again');
    }
  }
}

/** Why the journal's owner may not go on: sealed, or deleted after that; null when it may. Throws as NATS does. */
export async function journalEnded(streams: JournalStreams, incarnation: string): Promise<string | null> {
  try {
    const last = await streams.last(incarnation);
    return last && decodeRecord(last.data).type === 'seal' ? 'the journal was sealed by a successor' : null;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return 'the journal was deleted';
    throw error;
  }
}
