// Each user's own sequence, and what its events set: devices, notifications, mutes, blocks.
import type pg from 'pg';
import { inboxEventTypes as types } from '../../protocol/events/event-types.ts';
import { inboxEventToWire, type InboxEvent } from '../../protocol/events/inbox-event.ts';

interface InboxRow {
  readonly userId: string;
  readonly event: InboxEvent;
}

export async function writeInbox(db: pg.ClientBase, inbox: readonly InboxRow[]): Promise<void> {
  const causes = inbox.map(({ event }) => causeOf(event));
  await db.query({
    name: 'project-inbox',
    text: `insert into inbox_events
             (user_id, seq, at, type, cause_conversation_id, cause_seq, by_user_id, device_id, fields)
           select user_id, seq, to_timestamp(at / 1000), type, conversation_id, cause_seq, by_user_id, device_id, fields
           from unnest($1::uuid[], $2::int8[], $3::float8[], $4::int2[], $5::uuid[], $6::int8[], $7::uuid[],
                       $8::uuid[], $9::jsonb[])
             as t (user_id, seq, at, type, conversation_id, cause_seq, by_user_id, device_id, fields)
           on conflict (user_id, seq) do nothing`,
    values: [
      inbox.map((row) => row.userId),
      inbox.map(({ event }) => event.seq),
      inbox.map(({ event }) => event.atMs),
      inbox.map(({ event }) => types[event.type]),
      causes.map((cause) => cause?.conversationId ?? null),
      causes.map((cause) => cause?.seq ?? null),
      causes.map((cause) => cause?.byUserId ?? null),
      inbox.map(({ event }) => (event.type === 'deviceAdded' ? event.deviceId : null)),
      inbox.map(({ event }) => JSON.stringify(fieldsOf(event))),
    ],
  });
  await db.query({
    name: 'project-effects-done',
    text: `delete from pending_effects p
           using unnest($1::uuid[], $2::uuid[], $3::int8[]) as t (user_id, conversation_id, seq)
           where p.user_id = t.user_id and p.conversation_id = t.conversation_id and p.seq = t.seq
             and p.type not in ('blocked', 'unblocked')`,
    values: [
      inbox.map((row) => row.userId),
      causes.map((cause) => cause?.conversationId ?? null),
      causes.map((cause) => cause?.seq ?? null),
    ],
  });
  // One at a time and in order: one may change what another has set in the same batch, and they are rare.
  for (const row of inbox) await writeSetting(db, row);
}

function causeOf(event: InboxEvent) {
  switch (event.type) {
    case 'conversationAdded':
    case 'conversationRemoved':
    case 'mentioned':
      return { conversationId: event.conversationId, seq: event.causeSeq, byUserId: event.by };
    case 'mentionEnded':
      return { conversationId: event.conversationId, seq: event.causeSeq, byUserId: null };
    default:
      return null;
  }
}

/** Fields that have no columns of their own: the message of a mention, or all places after the type. */
function fieldsOf(event: InboxEvent): unknown[] | undefined {
  if (event.type === 'mentioned' || event.type === 'mentionEnded') return [event.messageSeq];
  if (event.type === 'deviceAdded' || causeOf(event) !== null) return undefined;
  return inboxEventToWire(event).slice(3);
}

async function writeSetting(db: pg.ClientBase, { userId, event }: InboxRow): Promise<void> {
  const { seq, atMs } = event;
  switch (event.type) {
    case 'deviceAdded':
      await db.query({
        name: 'project-device',
        text: `insert into devices (user_id, device_id, name, public_key, registered_at)
               values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
               on conflict (user_id, device_id) do update
                 set name = excluded.name, public_key = excluded.public_key, registered_at = excluded.registered_at`,
        values: [userId, event.deviceId, event.name, Buffer.from(event.publicKey), atMs],
      });
      return;
    case 'mentioned':
    case 'mentionEnded':
    case 'conversationRemoved':
    case 'notificationsRead':
      return writeNotification(db, userId, event);
    case 'muteChanged':
      await db.query({
        name: 'project-mute',
        text: `insert into conversation_mutes (user_id, conversation_id, until)
               values ($1, $2, to_timestamp($3::float8 / 1000))
               on conflict (user_id, conversation_id) do update set until = excluded.until`,
        values: [userId, event.conversationId, event.untilMs],
      });
      return;
    case 'blockChanged':
      await db.query({
        name: event.blocked ? 'project-user-block' : 'project-user-unblock',
        text: event.blocked
          ? `insert into user_blocks (user_id, blocked_user_id, seq) values ($1, $2, $3)
             on conflict (user_id, blocked_user_id) do update set seq = excluded.seq`
          : 'delete from user_blocks where user_id = $1 and blocked_user_id = $2 and seq < $3',
        values: [userId, event.userId, seq],
      });
      return;
    case 'groupRequested':
    case 'groupRequestEnded':
    case 'groupsFromChanged':
    case 'conversationAdded':
      return writeGroupWish(db, userId, event);
  }
}

type Notice = Extract<
  InboxEvent,
  { readonly type: 'mentioned' | 'mentionEnded' | 'conversationRemoved' | 'notificationsRead' }
>;

/** Mentions come, end with what they are about, and are read (MEN-2). */
async function writeNotification(db: pg.ClientBase, userId: string, event: Notice): Promise<void> {
  const { seq, atMs } = event;
  switch (event.type) {
    case 'mentioned':
      await db.query({
        name: 'project-notification',
        text: `insert into notifications (user_id, seq, at, conversation_id, message_seq, by_user_id, cause_seq)
               values ($1, $2, to_timestamp($3::float8 / 1000), $4, $5, $6, $7) on conflict do nothing`,
        values: [userId, seq, atMs, event.conversationId, event.messageSeq, event.by, event.causeSeq],
      });
      return;
    case 'mentionEnded':
      await db.query({
        name: 'project-mention-ended',
        text: `delete from notifications
               where user_id = $1 and conversation_id = $2 and message_seq = $3 and seq < $4`,
        values: [userId, event.conversationId, event.messageSeq, seq],
      });
      return;
    case 'conversationRemoved':
      await db.query({
        name: 'project-mentions-over',
        text: `delete from notifications
               where user_id = $1 and conversation_id = $2 and message_seq < $3 and seq < $4`,
        values: [userId, event.conversationId, event.causeSeq, seq],
      });
      return;
    case 'notificationsRead':
      await db.query({
        name: 'project-notifications-read',
        text: `update notifications set read = true
               where user_id = $1 and not read and (seq <= $2 or seq = any($3::int8[]))`,
        values: [userId, event.upToSeq, event.seqs],
      });
      return;
  }
}

type GroupWish = Extract<
  InboxEvent,
  { readonly type: 'groupRequested' | 'groupRequestEnded' | 'groupsFromChanged' | 'conversationAdded' }
>;

/** Groups that someone is asked to come into, and who may add them without asking (ACC-5). */
async function writeGroupWish(db: pg.ClientBase, userId: string, event: GroupWish): Promise<void> {
  switch (event.type) {
    case 'groupRequested':
      await db.query({
        name: 'project-group-request',
        text: `insert into group_requests (user_id, conversation_id, by_user_id, name, at, seq)
               values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6) on conflict do nothing`,
        values: [userId, event.conversationId, event.by, event.name, event.atMs, event.seq],
      });
      return;
    case 'groupRequestEnded':
    case 'conversationAdded': {
      const isDeclined = event.type === 'groupRequestEnded' && !event.accepted;
      await db.query({
        name: isDeclined ? 'project-group-declined' : 'project-group-entered',
        text: isDeclined
          ? `update group_requests set declined = true, seq = $3
             where user_id = $1 and conversation_id = $2 and seq < $3`
          : 'delete from group_requests where user_id = $1 and conversation_id = $2 and seq < $3',
        values: [userId, event.conversationId, event.seq],
      });
      return;
    }
    case 'groupsFromChanged':
      await db.query({
        name: 'project-groups-from',
        text: `insert into user_settings (user_id, groups_from, seq) values ($1, $2, $3)
               on conflict (user_id) do update set groups_from = excluded.groups_from, seq = excluded.seq
               where user_settings.seq < excluded.seq`,
        values: [userId, event.groupsFrom, event.seq],
      });
  }
}
