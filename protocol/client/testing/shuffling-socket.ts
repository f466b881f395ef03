// A socket whose messages overtake one another on the way to the server, as they may on several paths through a network.
import { decode } from '../../codec/codec.ts';
import { opcodes } from '../../opcodes.ts';
import type { SocketLike } from '../connection.ts';

const holdMs = 40;

/** Holds `send` frames for a moment and lets them go in the order that chance gives. */
export function openShufflingSocket(url: string, random: () => number): SocketLike {
  const socket = new WebSocket(url);
  const transmit = socket.send.bind(socket);
  let held: Uint8Array[] = [];
  const letGo = () => {
    const frames = held.map((frame) => ({ frame, place: random() })).sort((a, b) => a.place - b.place);
    held = [];
    for (const { frame } of frames) transmit(frame as Uint8Array<ArrayBuffer>);
  };
  socket.send = (data) => {
    const frame = Uint8Array.from(data as Uint8Array);
    if ((decode(frame) as unknown[])[0] !== opcodes.send) return transmit(frame);
    if (held.length === 0) setTimeout(letGo, holdMs);
    held.push(frame);
  };
  return socket as unknown as SocketLike;
}
