import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestError, type ErrorCode } from '../errors.ts';
import type { ServerFrame } from '../frames/server-frames.ts';
import { opcodes } from '../opcodes.ts';
import { askPatiently } from './patience.ts';

const done: ServerFrame = { opcode: opcodes.done, requestId: 1 };
const refused = (code: ErrorCode) => new RequestError({ code, message: '', retryAfterMs: 1 });

/** Refuses with these, one after the other, then answers. */
function server(...codes: ErrorCode[]) {
  const asked = { times: 0 };
  const ask = (): Promise<ServerFrame> => {
    const code = codes[asked.times++];
    return code ? Promise.reject(refused(code)) : Promise.resolve(done);
  };
  return { asked, ask };
}

test('what was refused for too much load is asked again, and answered', async () => {
  const { ask, asked } = server('overloaded', 'overloaded');
  assert.equal(await askPatiently(ask, 60_000), done);
  assert.equal(asked.times, 3);
});

test('every other refusal reaches the caller at once', async () => {
  for (const code of ['rate_limited', 'timeout', 'unavailable', 'message_not_found'] as const) {
    const { ask, asked } = server(code);
    await assert.rejects(askPatiently(ask, 60_000), { code });
    assert.equal(asked.times, 1);
  }
});

test('patience ends where a repeat could not be answered in time', async () => {
  const { ask, asked } = server('overloaded', 'overloaded');
  await assert.rejects(askPatiently(ask, 0), { code: 'overloaded' });
  assert.equal(asked.times, 1);
});
