// The messages between workers, as gateways and shards exchange them over the bus. They have names here and positions on
// the bus: the two functions at the end are all that knows both. A key names an actor with its kind.
import type { UserFrame } from '../../../actors/runtime/activation.ts';
import type { Reply } from '../../../actors/runtime/reply.ts';
import type { Asked, TargetKind } from './commands.ts';

/** The term is that of the shard's owner, as the gateway's map has it. */
export type CommandEnvelope = Asked & {
  readonly type: 'command';
  readonly correlation: number;
  readonly shard: number;
  readonly term: number;
};

export type Envelope =
  | CommandEnvelope
  | { readonly type: 'reply'; readonly correlation: number; readonly reply: Reply }
  /** The shard lives elsewhere; ask again when the map says where. */
  | { readonly type: 'not_owner'; readonly correlation: number }
  /** To everyone here who follows the actor; seq 0 may be dropped. */
  | {
      readonly type: 'publish';
      readonly key: string;
      readonly seq: number;
      readonly frame: Uint8Array;
    }
  /** Nobody here follows the actor any more. */
  | { readonly type: 'forget'; readonly key: string }
  /** To each of these who follow the actor; may be dropped. */
  | { readonly type: 'publish_each'; readonly key: string; readonly frames: readonly UserFrame[] }
  /** These may not follow the actor any more; answered by dropped. */
  | {
      readonly type: 'drop';
      readonly correlation: number;
      readonly key: string;
      readonly userIds: readonly string[];
    }
  | { readonly type: 'dropped'; readonly correlation: number }
  /** To a gateway that watches this user. */
  | {
      readonly type: 'presence';
      readonly userId: string;
      readonly online: boolean;
      readonly lastSeenMs: number | null;
    }
  /** Nobody here watches this user any more. */
  | { readonly type: 'unwatch'; readonly userId: string }
  /** Messages from the one who gets this did not arrive. */
  | { readonly type: 'lost' };

export const envelopeCodes = {
  command: 1,
  reply: 2,
  not_owner: 3,
  publish: 4,
  forget: 5,
  publish_each: 6,
  drop: 7,
  dropped: 8,
  presence: 9,
  unwatch: 10,
  lost: 11,
} as const satisfies Record<Envelope['type'], number>;

const codes = envelopeCodes;

/** An envelope as it is on the bus. */
export type Posted =
  | [
      code: typeof codes.command,
      correlation: number,
      shard: number,
      kind: TargetKind,
      id: string,
      command: Asked['command'],
      term: number,
    ]
  | [code: typeof codes.reply, correlation: number, reply: Reply]
  | [code: typeof codes.not_owner | typeof codes.dropped, correlation: number]
  | [code: typeof codes.publish, key: string, seq: number, frame: Uint8Array]
  | [code: typeof codes.forget, key: string]
  | [
      code: typeof codes.publish_each,
      key: string,
      frames: readonly (readonly [userId: string, frame: Uint8Array])[],
    ]
  | [code: typeof codes.drop, correlation: number, key: string, userIds: readonly string[]]
  | [code: typeof codes.presence, userId: string, online: boolean, lastSeenMs: number | null]
  | [code: typeof codes.unwatch, userId: string]
  | [code: typeof codes.lost];

export function post(envelope: Envelope): Posted {
  switch (envelope.type) {
    case 'command': {
      const { correlation, shard, address, command, term } = envelope;
      return [codes.command, correlation, shard, address.kind, address.id, command, term];
    }
    case 'reply':
      return [codes.reply, envelope.correlation, envelope.reply];
    case 'not_owner':
    case 'dropped':
      return [codes[envelope.type], envelope.correlation];
    case 'publish':
      return [codes.publish, envelope.key, envelope.seq, envelope.frame];
    case 'forget':
      return [codes.forget, envelope.key];
    case 'publish_each':
      return [codes.publish_each, envelope.key, envelope.frames.map(({ userId, frame }) => [userId, frame])];
    case 'drop':
      return [codes.drop, envelope.correlation, envelope.key, envelope.userIds];
    case 'presence':
      return [codes.presence, envelope.userId, envelope.online, envelope.lastSeenMs];
    case 'unwatch':
      return [codes.unwatch, envelope.userId];
    case 'lost':
      return [codes.lost];
  }
}

/** Of this worker itself, or checked before (arrivals.ts). */
export function unpost(posted: Posted): Envelope {
  switch (posted[0]) {
    case codes.command: {
      const [, correlation, shard, kind, id, command, term] = posted;
      // The router took both together, and their kinds agreed.
      const asked = { address: { kind, id }, command } as Asked;
      return { type: 'command', correlation, shard, term, ...asked };
    }
    case codes.reply:
      return { type: 'reply', correlation: posted[1], reply: posted[2] };
    case codes.not_owner:
      return { type: 'not_owner', correlation: posted[1] };
    case codes.publish:
      return { type: 'publish', key: posted[1], seq: posted[2], frame: posted[3] };
    case codes.forget:
      return { type: 'forget', key: posted[1] };
    case codes.publish_each:
      return {
        type: 'publish_each',
        key: posted[1],
        frames: posted[2].map(([userId, frame]) => ({ userId, frame })),
      };
    case codes.drop:
      return { type: 'drop', correlation: posted[1], key: posted[2], userIds: posted[3] };
    case codes.dropped:
      return { type: 'dropped', correlation: posted[1] };
    case codes.presence:
      return { type: 'presence', userId: posted[1], online: posted[2], lastSeenMs: posted[3] };
    case codes.unwatch:
      return { type: 'unwatch', userId: posted[1] };
    case codes.lost:
      return { type: 'lost' };
  }
}
