// The server processes of a set-up as its clients, and who measures them, need them.
import type { Seat } from './skein-dialect.ts';

export interface PeerServers {
  /** For clients, such as `ws://127.0.0.1:8080`; as many as Skein has workers by default. */
  readonly urls: readonly string[];
  readonly pids: readonly number[];
  readonly redisPid: number | null;
  readonly redisVersion: string | null;
  /** Name and version of what is not of this project and not Redis. */
  readonly software?: string;
  /** Of people, by their numbers, where a server gives them out. */
  readonly seats?: readonly Seat[];
}
