// A chat server as one would write it with Socket.IO and its adapter over Redis Streams: several processes, rooms for
// people and for a group, and an acknowledgement for the sender.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { answering } from '../idle/answering.ts';

export interface SocketIoStart {
  readonly redisUrl: string;
}

const handlers = {
  /** @returns the port */
  start: async ({ redisUrl }: SocketIoStart): Promise<number> => {
    const http = createServer();
    const io = new Server(http, {
      transports: ['websocket'],
      adapter: createAdapter(new Redis(redisUrl)),
    });
    io.on('connection', (socket) => {
      const { person, inRoom } = socket.handshake.auth as { person: number; inRoom: boolean };
      void socket.join(`person ${person}`);
      if (inRoom) void socket.join('room');
      socket.on('direct', (to: number, payload: unknown, acknowledge: () => void) => {
        io.to(`person ${to}`).emit('m', payload);
        acknowledge();
      });
      socket.on('room', (payload: unknown, acknowledge: () => void) => {
        io.to('room').emit('m', payload);
        acknowledge();
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return (http.address() as AddressInfo).port;
  },
};
export type SocketIoServer = typeof handlers;

answering(handlers);
