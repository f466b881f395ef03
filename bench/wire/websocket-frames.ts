// The little of RFC 6455 that a client of Skein needs: frames in one piece, binary and control.

export const frameKinds = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** Where the frame at `at` ends; undefined: not all of its head is there. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * A client's frame. Its masking key is 0, which leaves the payload as it is: masks protect proxies from pages of
 * strangers, and there are none here.
 */
export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const headBytes = length < 126 ? 6 : length < 0x1_0000 ? 8 : 14;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = 0x80 | kind;
  if (headBytes === 6) frame[1] = 0x80 | length;
  else if (headBytes === 8) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  frame.writeUInt32BE(0, headBytes - 4);
  frame.set(payload, headBytes);
  return frame;
}

/** Finds the frames in what a server sends. What it hands over is valid during the call only. */
export class FrameReader {
  #rest: Buffer | null = null;

  /** Throws on frames that Skein does not send: masked ones and parts of messages. */
  read(bytes: Uint8Array, onFrame: (frame: Frame) => void): void {
    const data = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    this.#rest = null;
    let at = 0;
    for (;;) {
      const extent = extentOf(data, at);
      if (extent === undefined || extent.to > data.length) break;
      const first = data[at]!;
      if ((first & 0xf0) !== 0x80) throw new Error('A WebSocket frame came in parts.');
      at = extent.to;
      onFrame({ kind: first & 0x0f, payload: data.subarray(extent.from, extent.to) });
    }
    if (at < data.length) this.#rest = Buffer.from(data.subarray(at));
  }
}

function extentOf(data: Uint8Array, at: number): Extent | undefined {
  if (data.length < at + 2) return undefined;
  const second = data[at + 1]!;
  if (second >= 0x80) throw new Error('A server masked a WebSocket frame.');
  if (second < 126) return { from: at + 2, to: at + 2 + second };
  const lengthBytes = second === 126 ? 2 : 8;
  const from = at + 2 + lengthBytes;
  if (data.length < from) return undefined;
  let length = 0;
  for (let index = at + 2; index < from; index++) length = length * 256 + data[index]!;
  return { from, to: from + length };
}
