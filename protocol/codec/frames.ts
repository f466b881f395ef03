// Frames as bytes: named inside, arrays on the wire. Everything that leaves or enters as a frame passes here, but for
// the events that a conversation pushes to everyone (actors/conversation/sequence.ts) and untrusted frames, which are
// checked before they get names (validate.ts).
import type { Static } from '@sinclair/typebox';
import { ClientFrame } from '../frames/client-frames.ts';
import { ServerFrame } from '../frames/server-frames.ts';
import { decode, encode } from './codec.ts';
import { fromWire, toWire } from './named.ts';

const clientFrameToWire = toWire(ClientFrame);
const serverFrameToWire = toWire(ServerFrame);
const serverFrameFromWire = fromWire(ServerFrame);

export function encodeClientFrame(frame: ClientFrame): Uint8Array {
  return encode(clientFrameToWire(frame));
}

export function encodeServerFrame(frame: ServerFrame): Uint8Array {
  return encode(serverFrameToWire(frame));
}

/** From a server that one trusts. */
export function decodeServerFrame(bytes: Uint8Array): ServerFrame {
  return serverFrameFromWire(decode(bytes) as Static<typeof ServerFrame>);
}
