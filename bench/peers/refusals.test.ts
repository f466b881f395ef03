import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { decode, encode } from '../../protocol/codec/codec.ts';
import { wireError } from '../../protocol/errors.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { BenchError } from '../bench-error.ts';
import { Latency } from '../latency.ts';
import type { Refusal } from './dialect.ts';
import type { PeerResults } from './generator.ts';
import { writePayload } from './payload.ts';
import { partResult } from './report.ts';
import { SkeinDialect } from './skein-dialect.ts';

const sender = 7;
const seats = new Map([[sender, { token: 'token', conversationId: 'pair' }]]);

/** A person of Skein, of whom it is kept what was sent. */
function seated() {
  const sent: (readonly unknown[])[] = [];
  const socket = Object.assign(new EventEmitter(), { send: (frame: Uint8Array) => sent.push(decode(frame)) });
  const dialect = new SkeinDialect(seats);
  void dialect.greet(socket as unknown as WebSocket, sender, false);
  const refusals: Refusal[] = [];
  dialect.onRefusal = (refusal) => refusals.push(refusal);
  return { socket: socket as unknown as WebSocket, dialect, sent, refusals };
}

function errorFrame(id: unknown, code: 'overloaded' | 'not_a_member'): Buffer {
  const { message, retryAfterMs } = wireError(code, 250);
  return Buffer.from(encode([opcodes.error, id, code, message, retryAfterMs]));
}

test('a refusal by Skein names the message that it is about', () => {
  const { socket, dialect, sent, refusals } = seated();
  for (const number of [0, 70_000])
    dialect.sendToPerson(socket, sender ^ 1, writePayload({ sender, number, dueUs: 5 }, 100));
  const ids = sent.map(([, id]) => id);
  assert.equal(dialect.payloadAt(socket, errorFrame(ids[1], 'overloaded')), -1);
  assert.equal(dialect.payloadAt(socket, Buffer.from(encode([opcodes.accepted, ids[0], 1]))), -1);
  assert.deepEqual(refusals, [{ sender, number: 70_000, code: 'overloaded', retryAfterMs: 250 }]);
  assert.equal(dialect.acknowledged, 1);
});

test('an error that no repeat helps ends the run', () => {
  const { socket, dialect, refusals } = seated();
  assert.throws(
    () => dialect.payloadAt(socket, errorFrame(3, 'not_a_member')),
    (error) => error instanceof BenchError && error.message.startsWith('Skein refused: not_a_member'),
  );
  assert.deepEqual(refusals, []);
});

const refusal = (number: number, code: string): Refusal => ({ sender, number, code, retryAfterMs: null });

function resultsWith(some: Partial<PeerResults>): PeerResults {
  const counts = { sent: 0, delivered: 0, deliveredWithin: 0, sentWithin: 0, acknowledged: 0 };
  const faults = { skipped: 0, outOfOrder: 0, closeCodes: [4_205, 1_006], refusals: [] };
  return { latency: new Latency().encode(), ...counts, ...faults, ...some };
}

test('a refused message is missed by nobody, and does not hide one that was lost', () => {
  const cpu = { servers: null, redis: null, generators: null, others: null };
  const lost = (delivered: number, refusedYetDelivered: number) => {
    const results = [
      resultsWith({ sent: 10, refusals: [refusal(3, 'overloaded'), refusal(4, 'rate_limited')] }),
      resultsWith({ sent: 10, delivered, refusals: [refusal(3, 'overloaded')] }),
    ];
    const part = partResult({ results, refusedYetDelivered, cpu }, 5, 1);
    assert.deepEqual(part.refused, { overloaded: 2, rate_limited: 1 });
    assert.deepEqual(part.closed, { 4205: 2, 1006: 2 });
    return part.lost;
  };
  assert.equal(lost(17 * 5, 0), 0);
  assert.equal(lost(17 * 5 - 1, 0), 1);
  // Five members had a message that was refused: as many others are missing.
  assert.equal(lost(17 * 5, 5), 5);
});
