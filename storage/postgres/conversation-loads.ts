// Conversations that wake: all that an activation begins with, in one statement, so that it is of one moment.
import type pg from 'pg';
import { cutsOf, type Cut } from '../../actors/conversation/cuts.ts';
import type { StoredDeletions } from '../../actors/conversation/deletions.ts';
import type { StoredConversation } from '../../actors/conversation/store-port.ts';
import type { Clock, Timers } from '../../actors/runtime/ports.ts';
import { firstEpoch } from '../../actors/conversation/state.ts';
import { bounds } from '../../actors/runtime/bounds.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import type { ConversationKind, Role } from '../../protocol/events/conversation-event.ts';
import { Gathered } from './gathered.ts';

interface Row {
  readonly position: number;
  /** Null: there is no such conversation. */
  readonly kind: ConversationKind | null;
  readonly epoch: number;
  readonly cuts: Cut[];
  readonly created_at: Date;
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly last_at: Date;
  readonly name: string;
  readonly description: string;
  readonly avatar_id: string | null;
  readonly invite_hash: string | null;
  readonly deleted: boolean;
  readonly members: [
    userId: string,
    role: Role,
    deliveredSeq: number,
    readSeq: number,
    readOrdinal: number,
    blocks: boolean,
    blocksVersion: number,
  ][];
  /** Oldest first. */
  readonly keys: [key: string, seq: number, ordinal: number, atMs: number, fingerprint: number][];
  /** Up to this ordinal every member has read. */
  readonly read_by_all: number;
  /** Deleted messages above that, the highest first. */
  readonly deleted_ordinals: number[];
}

interface Wish {
  readonly conversationId: string;
  readonly keysMax: number;
}

/** One large group can be half a megabyte. */
const wishesPerQuery = 50;

export function gatherLoads(pool: pg.Pool, clock: Clock, timers: Timers): Gathered<Wish, StoredConversation> {
  const query = async (wishes: readonly Wish[]): Promise<[number, StoredConversation][]> => {
    const { rows } = await pool.query<Row>({
      name: 'conversation-loads',
      text: `
        select wish.position::int4 as position, c.kind,
               greatest(c.epoch, cut.epoch_floor, ${firstEpoch}) as epoch, c.created_at, c.head_seq, c.head_ordinal, c.last_at,
               c.name, c.description, c.avatar_id, c.invite_hash, c.deleted_at is not null as deleted,
               (select coalesce(json_agg(json_build_object('epoch', k.epoch, 'unchangedTo', k.unchanged_to) order by k.epoch), '[]')
                from conversation_cuts k where k.conversation_id = wish.conversation_id) as cuts,
               (select coalesce(json_agg(json_build_array(m.user_id, m.role, m.delivered_seq, m.read_seq, m.read_ordinal,
                                                          m.blocks, m.blocks_version)
                                         order by m.joined_seq, m.user_id), '[]')
                from conversation_members m where m.conversation_id = c.conversation_id) as members,
               (select coalesce(json_agg(json_build_array(k.idempotency_key, k.seq, k.ordinal,
                                                          round(extract(epoch from k.sent_at) * 1000), k.fingerprint)
                                         order by k.seq), '[]')
                from (select idempotency_key, seq, ordinal, sent_at, fingerprint from messages
                      where conversation_id = c.conversation_id order by seq desc limit wish.keys_max) k) as keys,
               read.by_all as read_by_all,
               (select coalesce(json_agg(d.ordinal), '[]')
                from (select ordinal from messages
                      where conversation_id = c.conversation_id and deleted_at is not null and ordinal > read.by_all
                      order by ordinal desc limit ${bounds.deletionsKept}) d) as deleted_ordinals
        from unnest($1::uuid[], $2::int4[], $3::int4[]) with ordinality
          as wish (conversation_id, keys_max, shard, position)
        left join conversations c on c.conversation_id = wish.conversation_id
        left join shard_history cut on cut.shard = wish.shard
        left join lateral (select coalesce(min(m.read_ordinal), 0) as by_all from conversation_members m
                           where m.conversation_id = c.conversation_id) as read on true`,
      values: [
        wishes.map((wish) => wish.conversationId),
        wishes.map((wish) => wish.keysMax),
        wishes.map((wish) => shardOf(wish.conversationId)),
      ],
    });
    return rows.map((row) => [row.position, storedConversationOf(row)]);
  };
  return new Gathered({ query, wishesPerQuery, clock, timers });
}

const none: StoredDeletions = { ordinals: [], completeAbove: 0 };

function storedConversationOf({ members: listed, keys, kind, ...row }: Row): StoredConversation {
  const cuts = cutsOf(row.cuts, { epoch: row.epoch, headSeq: row.head_seq ?? 0 }, firstEpoch);
  if (kind === null)
    return {
      state: { status: 'absent', epoch: row.epoch },
      cuts,
      cursors: [],
      blocks: [],
      keys: [],
      deletions: none,
    };
  const members = listed.map(([userId, role, deliveredSeq, readSeq, readOrdinal, blocked, version]) => ({
    userId,
    role,
    cursor: { userId, deliveredSeq, readSeq, readOrdinal },
    block: { userId, blocked, version },
  }));
  return {
    cuts,
    state: {
      status: row.deleted ? 'deleted' : 'open',
      kind,
      epoch: row.epoch,
      createdAtMs: row.created_at.getTime(),
      members: new Map(members.map(({ userId, role }) => [userId, role])),
      name: row.name,
      description: row.description,
      avatarId: row.avatar_id,
      inviteHash: row.invite_hash,
      headSeq: row.head_seq,
      headOrdinal: row.head_ordinal,
      lastAtMs: row.last_at.getTime(),
    },
    cursors: members.map(({ cursor }) => cursor),
    blocks: members.map(({ block }) => block).filter(({ version }) => version > 0),
    keys: keys.map(([key, seq, ordinal, atMs, fingerprint]) => ({ key, seq, ordinal, atMs, fingerprint })),
    deletions: deletionsOf(row.deleted_ordinals, row.read_by_all),
  };
}

/** @param ordinals descending */
function deletionsOf(ordinals: readonly number[], readByAll: number): StoredDeletions {
  const isComplete = ordinals.length < bounds.deletionsKept;
  return { ordinals, completeAbove: isComplete ? readByAll : ordinals.at(-1)! - 1 };
}
