import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ClientFrame } from './frames/client-frames.ts';
import { ServerFrame } from './frames/server-frames.ts';
import { protocolVersion, schemaHash } from './version.ts';

test('the frames are those of this protocol version', () => {
  const text = JSON.stringify([protocolVersion, ClientFrame, ServerFrame]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  assert.equal(schemaHash, hash, 'Frames changed: raise protocolVersion (if released) and set schemaHash.');
});
