// What arrives from other workers, handed to whom it concerns.
import { envelopeTypes, type Envelope } from '../../fabric/routing/envelopes.ts';
import type { Clients } from './clients.ts';
import type { Links } from './links.ts';

export function receive(
  from: string,
  envelope: Envelope,
  { shards, router, bus }: Links,
  { following, watching }: Clients,
): void {
  switch (envelope[0]) {
    case envelopeTypes.command:
      return shards.command(from, envelope);
    case envelopeTypes.reply:
      return router.onReply(from, envelope[1], envelope[2]);
    case envelopeTypes.notOwner:
      return router.onNotOwner(envelope[1]);
    case envelopeTypes.publish:
      return following.publish(envelope[1], envelope[2], envelope[3]);
    case envelopeTypes.publishEach:
      return following.publishEach(envelope[1], envelope[2]);
    case envelopeTypes.forget:
      return shards.forget(from, envelope[1]);
    case envelopeTypes.drop: {
      const [, correlation, actorId, userIds] = envelope;
      return following.drop(actorId, userIds, () => bus.send(from, [envelopeTypes.dropped, correlation]));
    }
    case envelopeTypes.dropped:
      return shards.dropped(from, envelope[1]);
    case envelopeTypes.presence:
      return watching.changed(envelope[1], envelope[2], envelope[3]);
    case envelopeTypes.unwatch:
      return shards.unwatch(from, envelope[1]);
    case envelopeTypes.lost:
      return router.linkLost(from);
  }
}

/** Whatever the lost messages said is asked again; what they asked, their sender repeats. */
export function loseLink(from: string, { bus, router }: Links, { following, watching }: Clients): void {
  bus.send(from, [envelopeTypes.lost]);
  router.linkLost(from);
  following.linkLost(from);
  watching.linkLost(from);
}
