import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../protocol/codec/codec.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { addWireTotals, opcodeOf, WireCounter } from './wire-totals.ts';

test('the opcode is read from the bytes, for every opcode there is', () => {
  for (const opcode of Object.values(opcodes)) assert.equal(opcodeOf(encode([opcode, 70_000, 'x'])), opcode);
});

test('counts of several processes add up, kind by kind', () => {
  const counters = [new WireCounter(), new WireCounter()];
  const event = encode([opcodes.event, 0, 'x']);
  for (const counter of counters) {
    counter.sent(encode([opcodes.send, 1]));
    counter.received(event, opcodes.event);
    counter.refused('overloaded');
  }
  counters[0]!.closed(4201);
  const { framesSent, framesReceived, bytesReceived, refusals, closes } = addWireTotals(
    counters.map(({ totals }) => totals),
  );
  assert.deepEqual(framesSent, { send: 2 });
  assert.deepEqual(framesReceived, { event: 2 });
  assert.equal(bytesReceived, 2 * event.length);
  assert.deepEqual([refusals, closes], [{ overloaded: 2 }, { 4201: 1 }]);
  counters[0]!.reset();
  assert.deepEqual(counters[0]!.totals.framesSent, {});
});
