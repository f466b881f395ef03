// A connection to NATS that outlives every restart of the server: it reconnects for ever, quickly.
import { connect, type NatsConnection } from '@nats-io/transport-node';

export function connectNats(url: string, name: string): Promise<NatsConnection> {
  return connect({
    servers: url,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 2_000,
    // A stack for each request costs more than the request.
    noAsyncTraces: true,
  });
}
