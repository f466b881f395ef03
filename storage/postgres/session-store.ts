// The record as sessions read it (the actors' port, on PostgreSQL).
import type pg from 'pg';
import { shardOf } from '../../actors/runtime/address.ts';
import type { Cause, InboxHead, NotificationPage, SessionStore } from '../../actors/session/store-port.ts';
import type { SessionState } from '../../actors/session/state.ts';
import type { GroupsFrom } from '../../protocol/frames/group-requests.ts';
import { limits } from '../../protocol/limits.ts';
import { inboxEventTypes as types } from '../../protocol/events/event-types.ts';
import { inboxEventFromWire, type InboxEvent } from '../../protocol/events/inbox-event.ts';

interface InboxRow {
  readonly seq: number;
  readonly at: Date;
  readonly type: number;
  readonly cause_conversation_id: string;
  readonly cause_seq: number;
  readonly by_user_id: string;
  readonly device_id: string;
  readonly name: string | null;
  readonly public_key: Uint8Array | null;
  readonly fields: unknown[] | null;
}

interface NotificationRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly conversation_id: string;
  readonly message_seq: number;
  readonly by_user_id: string;
  readonly read: boolean;
}

interface LoadedRow {
  readonly head: [seq: number, atMs: number];
  readonly devices: [deviceId: string, publicKeyHex: string][];
  readonly mutes: [conversationId: string, untilMs: number][];
  readonly blocked: string[];
  readonly unread: [seq: number, conversationId: string, messageSeq: number, causeSeq: number][];
  readonly epoch: number;
  readonly groups_from: GroupsFrom | null;
  readonly requests: [conversationId: string, by: string, name: string, atMs: number, isDeclined: boolean][];
}

/** Of the inboxes in a shard. */
const epochOf = (parameter: string) =>
  `coalesce((select epoch_floor from shard_history where shard = ${parameter}), 1) as epoch`;

export class PostgresSessionStore implements SessionStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async load(userId: string): Promise<SessionState> {
    const { rows } = await this.#pool.query<LoadedRow>({
      name: 'session-load',
      text: `select
               coalesce((select json_build_array(seq, round(extract(epoch from at) * 1000)) from inbox_events
                         where user_id = $1 order by seq desc limit 1), '[0, 0]') as head,
               (select coalesce(json_agg(json_build_array(device_id, encode(public_key, 'hex'))), '[]')
                from devices where user_id = $1) as devices,
               (select coalesce(json_agg(json_build_array(conversation_id, round(extract(epoch from until) * 1000))),
                                '[]')
                from conversation_mutes where user_id = $1) as mutes,
               (select coalesce(json_agg(blocked_user_id), '[]') from user_blocks where user_id = $1) as blocked,
               (select groups_from from user_settings where user_id = $1) as groups_from,
               (select coalesce(json_agg(json_build_array(
                         conversation_id, by_user_id, name, round(extract(epoch from at) * 1000), declined) order by seq),
                       '[]')
                from group_requests where user_id = $1) as requests,
               (select coalesce(json_agg(json_build_array(seq, conversation_id, message_seq, cause_seq) order by seq), '[]')
                from (select seq, conversation_id, message_seq, cause_seq from notifications where user_id = $1 and not read
                  order by seq desc limit ${limits.unreadNotificationsMax}) as latest) as unread,
               ${epochOf('$2::int4')}`,
      values: [userId, shardOf(userId)],
    });
    const { head, devices, mutes, blocked, unread, epoch, groups_from: groupsFrom, requests } = rows[0]!;
    return {
      headSeq: head[0],
      epoch,
      lastAtMs: head[1],
      devices: new Map(devices),
      mutes: new Map(mutes),
      blocked: new Set(blocked),
      unread: new Map(
        unread.map(([seq, conversationId, messageSeq, causeSeq]) => [
          seq,
          { conversationId, messageSeq, causeSeq },
        ]),
      ),
      groupsFrom: groupsFrom ?? 'everyone',
      groupRequests: new Map(
        requests.map(([conversationId, by, name, atMs, isDeclined]) => [
          conversationId,
          isDeclined ? 'declined' : { by, name, atMs },
        ]),
      ),
    };
  }

  async hasNoted(userId: string, { conversationId, seq, messageSeq, isMention }: Cause): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'session-has-noted',
      text: `select 1 from inbox_events
             where user_id = $1 and cause_conversation_id = $2 and cause_seq = $3
             union all
             select 1 from inbox_events
             where $4::int8 is not null and user_id = $1 and cause_conversation_id = $2 and cause_seq > $3
               and (type = ${types.conversationRemoved}
                    or type in (${types.mentioned}, ${types.mentionEnded})
                       and coalesce((fields->>0)::int8, cause_seq) = $4)
             union all
             select 1 from conversation_members
             where $5 and conversation_id = $2 and user_id = $1 and read_seq >= $3
             limit 1`,
      values: [userId, conversationId, seq, messageSeq, isMention],
    });
    return rowCount === 1;
  }

  async head(userId: string): Promise<InboxHead> {
    const { rows } = await this.#pool.query<{ seq: number; epoch: number }>({
      name: 'session-head',
      text: `select coalesce((select max(seq) from inbox_events where user_id = $1), 0) as seq,
                    ${epochOf('$2::int4')}`,
      values: [userId, shardOf(userId)],
    });
    const { seq: headSeq, epoch } = rows[0]!;
    return { headSeq, epoch };
  }

  async page(userId: string, afterSeq: number, limit: number): Promise<InboxEvent[]> {
    const { rows } = await this.#pool.query<InboxRow>({
      name: 'session-page',
      text: `select e.seq, e.at, e.type, e.cause_conversation_id, e.cause_seq, e.by_user_id, e.device_id,
                    d.name, d.public_key, e.fields
             from inbox_events e left join devices d on d.user_id = e.user_id and d.device_id = e.device_id
             where e.user_id = $1 and e.seq > $2 order by e.seq limit $3`,
      values: [userId, afterSeq, limit],
    });
    return rows.map(inboxEventOf);
  }

  async notifications(userId: string, beforeSeq: number | null, limit: number): Promise<NotificationPage> {
    const { rows } = await this.#pool.query<{ page: NotificationRow[]; unread: number; as_of: number }>({
      name: 'session-notifications',
      text: `select
               (select coalesce(json_agg(p), '[]') from (
                  select seq, round(extract(epoch from at) * 1000) as at_ms, conversation_id, message_seq,
                         by_user_id, read
                  from notifications where user_id = $1 and ($2::int8 is null or seq < $2)
                  order by seq desc limit $3) as p) as page,
               (select count(*) from (select 1 from notifications where user_id = $1 and not read
                  limit ${limits.unreadNotificationsMax}) as counted) as unread,
               (select coalesce(max(seq), 0) from inbox_events where user_id = $1) as as_of`,
      values: [userId, beforeSeq, limit + 1],
    });
    const { page, unread, as_of: asOfSeq } = rows[0]!;
    return {
      notifications: page.slice(0, limit).map((row) => ({
        seq: row.seq,
        atMs: row.at_ms,
        conversationId: row.conversation_id,
        messageSeq: row.message_seq,
        by: row.by_user_id,
        read: row.read,
      })),
      more: page.length > limit,
      unread,
      asOfSeq,
    };
  }
}

function inboxEventOf(row: InboxRow): InboxEvent {
  return inboxEventFromWire([row.seq, row.at.getTime(), row.type, ...fieldsOf(row)] as never);
}

/** The places of the event after its type, from where the projector put them (projector/inbox-statements.ts). */
function fieldsOf(row: InboxRow): readonly unknown[] {
  switch (row.type) {
    case types.conversationAdded:
    case types.conversationRemoved:
      return [row.cause_conversation_id, row.cause_seq, row.by_user_id];
    case types.mentioned:
      return [row.cause_conversation_id, messageOf(row), row.by_user_id, row.cause_seq];
    case types.mentionEnded:
      return [row.cause_conversation_id, messageOf(row), row.cause_seq];
    case types.deviceAdded:
      // A device's later key replaces an earlier one, in earlier events too: only the present one is of use.
      return [row.device_id, row.name ?? '', new Uint8Array(row.public_key ?? new Uint8Array(32))];
    default:
      return row.fields!;
  }
}

/** An event that is about another one than the message itself names the message apart. */
function messageOf({ fields, cause_seq: causeSeq }: InboxRow): unknown {
  return fields?.[0] ?? causeSeq;
}
