// A connection for tests of dialects: what it hears is said to it, and what it was made to say is kept.
import type { WebSocket } from 'ws';

export interface StubSocket {
  readonly socket: WebSocket;
  readonly said: string[];
  open(): void;
  hear(frame: string): void;
}

export function stubSocket(): StubSocket {
  const said: string[] = [];
  const listeners = new Map<string, (data: Buffer) => void>();
  const on = (event: string, listener: (data: Buffer) => void) => listeners.set(event, listener);
  const send = (frame: string) => said.push(frame);
  return {
    socket: { on, once: on, off: () => undefined, send } as unknown as WebSocket,
    said,
    open: () => listeners.get('open')!(Buffer.of()),
    hear: (frame) => listeners.get('message')!(Buffer.from(frame)),
  };
}
