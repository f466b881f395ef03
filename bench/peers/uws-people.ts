// The sockets of a server on bare uWebSockets.js, which finds them by the number of a person, or by the room.
import { App, us_socket_local_port, type TemplatedApp, type WebSocket } from 'uWebSockets.js';
import { roomAddress } from './uws-address.ts';

interface Person {
  readonly person: number;
  readonly inRoom: boolean;
}

const unsentBytesMax = 64 * 1024 * 1024;

export class UwsPeople {
  readonly #app: TemplatedApp = App();

  /** @param take is given each frame with its sender; the frame is valid during the call only */
  constructor(take: (frame: Buffer, person: number) => void) {
    this.#app.ws<Person>('/*', {
      maxBackpressure: unsentBytesMax,
      idleTimeout: 120,
      upgrade: (response, request, context) => {
        const query = new URLSearchParams(request.getQuery());
        response.upgrade<Person>(
          { person: Number(query.get('person')), inRoom: query.get('room') === '1' },
          request.getHeader('sec-websocket-key'),
          request.getHeader('sec-websocket-protocol'),
          request.getHeader('sec-websocket-extensions'),
          context,
        );
      },
      open: (socket: WebSocket<Person>) => {
        const { person, inRoom } = socket.getUserData();
        socket.subscribe(String(person));
        if (inRoom) socket.subscribe('room');
      },
      message: (socket, message) => take(Buffer.from(message), socket.getUserData().person),
    });
  }

  /** @returns whether anyone here wanted it */
  publish(to: number, frame: Buffer): boolean {
    return this.#app.publish(to === roomAddress ? 'room' : String(to), frame, true);
  }

  /** @returns the port */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#app.listen('127.0.0.1', 0, (token) =>
        token ? resolve(us_socket_local_port(token)) : reject(new Error('no port to listen on')),
      );
    });
  }
}
