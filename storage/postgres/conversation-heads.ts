// Heads of conversations that sleep, for subscribers.
import type pg from 'pg';
import { cutsOf, type Cut } from '../../actors/conversation/cuts.ts';
import { firstEpoch } from '../../actors/conversation/state.ts';
import type { StoredHead } from '../../actors/conversation/store-port.ts';
import type { Clock, Timers } from '../../actors/runtime/ports.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { limits } from '../../protocol/limits.ts';
import { Gathered } from './gathered.ts';

interface Wish {
  readonly conversationId: string;
  /** Null: for the server itself, whoever the members are. */
  readonly userId: string | null;
}

interface Row {
  readonly position: number;
  readonly epoch: number;
  readonly cuts: Cut[];
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly deleted: boolean;
  readonly cursors: MemberCursor[];
}

const wishesPerQuery = 500;

/** Reads heads for many askers at once; null for people who are no members, and when there is no such conversation. */
export function gatherHeads(pool: pg.Pool, clock: Clock, timers: Timers): Gathered<Wish, StoredHead> {
  const query = async (wishes: readonly Wish[]): Promise<[number, StoredHead][]> => {
    const { rows } = await pool.query<Row>({
      name: 'conversation-heads',
      text: `
        select wish.position::int4 as position, greatest(c.epoch, cut.epoch_floor) as epoch, c.head_seq, c.head_ordinal,
               c.deleted_at is not null as deleted,
               (select coalesce(json_agg(json_build_object('epoch', k.epoch, 'unchangedTo', k.unchanged_to) order by k.epoch), '[]')
                from conversation_cuts k where k.conversation_id = wish.conversation_id) as cuts,
               (select coalesce(json_agg(json_build_object('userId', m.user_id, 'deliveredSeq', m.delivered_seq,
                                                           'readSeq', m.read_seq, 'readOrdinal', m.read_ordinal)), '[]')
                from conversation_members m where m.conversation_id = c.conversation_id
                  and (wish.user_id is null or m.user_id = wish.user_id
                       or c.member_count <= ${limits.receiptsMembersMax} and not over.a_block)) as cursors
        from unnest($1::uuid[], $2::uuid[], $3::int4[]) with ordinality
          as wish (conversation_id, user_id, shard, position)
        join conversations c on c.conversation_id = wish.conversation_id
        left join shard_history cut on cut.shard = wish.shard
        -- Blocks stand in direct conversations alone: members of groups are not looked through for them.
        cross join lateral (select c.kind = 'direct' and exists (
                              select 1 from conversation_members b
                              where b.conversation_id = c.conversation_id and b.blocks) as a_block) as over
        where wish.user_id is null
           or exists (select 1 from conversation_members me
                      where me.conversation_id = wish.conversation_id and me.user_id = wish.user_id)`,
      values: [
        wishes.map((wish) => wish.conversationId),
        wishes.map((wish) => wish.userId),
        wishes.map((wish) => shardOf(wish.conversationId)),
      ],
    });
    return rows.map(
      ({ position, deleted, epoch, cuts, head_seq: headSeq, head_ordinal: headOrdinal, cursors }) => [
        position,
        { deleted, epoch, cuts: cutsOf(cuts, { epoch, headSeq }, firstEpoch), headSeq, headOrdinal, cursors },
      ],
    );
  };
  return new Gathered({ query, wishesPerQuery, clock, timers });
}
