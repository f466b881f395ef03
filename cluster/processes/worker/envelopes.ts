// Hands arrivals from other workers to the parts that they concern.
import { refuse } from '../../../actors/runtime/reply.ts';
import { post } from '../../fabric/routing/envelopes.ts';
import type { Clients } from './clients.ts';
import type { Links } from './links.ts';

export function receive(
  from: string,
  posted: unknown,
  { arrivals, shards, router, bus }: Links,
  { following, watching }: Clients,
): void {
  const arrival = arrivals.take(from, posted);
  if (!arrival.ok) {
    const { correlation } = arrival;
    if (correlation === null) return;
    return bus.send(from, post({ type: 'reply', correlation, reply: refuse('invalid_frame') }));
  }
  const { envelope } = arrival;
  switch (envelope.type) {
    case 'command':
      return shards.command(from, envelope);
    case 'reply':
      return router.onReply(from, envelope.correlation, envelope.reply);
    case 'not_owner':
      return router.onNotOwner(envelope.correlation);
    case 'publish':
      return following.publish(envelope.key, envelope.seq, envelope.frame);
    case 'publish_each':
      return following.publishEach(envelope.key, envelope.frames);
    case 'forget':
      return shards.forget(from, envelope.key);
    case 'drop': {
      const { correlation, key, userIds } = envelope;
      return following.drop(key, userIds, () => bus.send(from, post({ type: 'dropped', correlation })));
    }
    case 'dropped':
      return shards.dropped(from, envelope.correlation);
    case 'presence':
      return watching.changed(envelope.userId, envelope);
    case 'unwatch':
      return shards.unwatch(from, envelope.userId);
    case 'lost':
      return router.linkLost(from);
  }
}

/** Asks again for what lost messages may have said; their sender repeats what they asked. */
export function loseLink(from: string, { bus, router }: Links, { following, watching }: Clients): void {
  bus.send(from, post({ type: 'lost' }));
  router.linkLost(from);
  following.linkLost(from);
  watching.linkLost(from);
}
