-- Groups, what happens to messages after they were sent, what people set for themselves, and the audit trail.

alter table conversations
  add column name text not null default '',
  add column description text not null default '',
  add column avatar_id uuid,
  add column invite_hash text,
  add column member_count integer not null default 2,
  -- Messages that stand (INS-1).
  add column message_count bigint not null default 0,
  -- The time of the last event; active_at is that of the last one that lists show as activity.
  add column last_at timestamptz,
  add column deleted_at timestamptz;
update conversations c set
  last_at = active_at,
  message_count = (select count(*) from messages m where m.conversation_id = c.conversation_id);
alter table conversations alter column last_at set not null;

alter table conversation_members
  add column role text not null default 'member',
  add column joined_at timestamptz,
  -- Whether this member of a direct conversation blocks the other, as of which event of theirs (ACC-5).
  add column blocks boolean not null default false,
  add column blocks_version bigint not null default 0;
update conversation_members m set joined_at = c.created_at
  from conversations c where c.conversation_id = m.conversation_id;
alter table conversation_members alter column joined_at set not null;

alter table messages
  add column reply_to bigint,
  add column mentions uuid[] not null default '{}',
  add column attachments jsonb not null default '[]',
  add column edited_at timestamptz,
  add column deleted_at timestamptz,
  add column deleted_by uuid;

-- Earlier texts of edited messages, the first one among them; gone with the message.
create table message_revisions (
  conversation_id uuid not null,
  message_seq bigint not null,
  seq bigint not null,
  at timestamptz not null,
  body text not null,
  primary key (conversation_id, message_seq, seq)
);
create index message_revisions_by_seq on message_revisions (conversation_id, seq);

create table reactions (
  conversation_id uuid not null,
  message_seq bigint not null,
  emoji text not null,
  user_id uuid not null,
  seq bigint not null,
  primary key (conversation_id, message_seq, emoji, user_id)
);

-- Counts that follow the messages in the same transaction (INS-1). Days are UTC.
create table conversation_days (
  conversation_id uuid not null,
  day date not null,
  messages bigint not null,
  primary key (conversation_id, day)
);
create table conversation_senders (
  conversation_id uuid not null,
  user_id uuid not null,
  messages bigint not null,
  primary key (conversation_id, user_id)
);
insert into conversation_days
  select conversation_id, (sent_at at time zone 'utc')::date, count(*) from messages group by 1, 2;
insert into conversation_senders
  select conversation_id, sender_id, count(*) from messages group by 1, 2;

-- The fields, from the fourth on, of inbox events that have no columns of their own.
alter table inbox_events add column fields jsonb;

create table notifications (
  user_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  conversation_id uuid not null,
  message_seq bigint not null,
  by_user_id uuid not null,
  read boolean not null default false,
  primary key (user_id, seq)
);
create index notifications_unread on notifications (user_id) where not read;

create table conversation_mutes (
  user_id uuid not null,
  conversation_id uuid not null,
  until timestamptz not null,
  primary key (user_id, conversation_id)
);

create table user_blocks (
  user_id uuid not null,
  blocked_user_id uuid not null,
  seq bigint not null,
  primary key (user_id, blocked_user_id)
);

alter table users
  -- When someone was last connected; written now and then, never journaled.
  add column last_seen_at timestamptz,
  -- May delete any message, and read with a reason (MSG-5, MSG-8).
  add column is_platform_admin boolean not null default false;

alter table pending_effects add column type text not null default 'conversation_added';
alter table pending_effects drop constraint pending_effects_pkey;
alter table pending_effects add primary key (user_id, conversation_id, seq, type);

-- What was done that is no event of a conversation: reading as an administrator, and other acts of operators (MSG-8).
create table audit_log (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null,
  by_user_id uuid not null,
  conversation_id uuid,
  subject text,
  detail text
);
create index audit_log_by_conversation on audit_log (conversation_id, audit_id);

-- The trail is append-only: events and audit entries stay as they are, and of a message who sent it, when and where.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger conversation_events_append_only before update or delete on conversation_events
  for each row execute function refuse_change();
create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function refuse_change();
create trigger messages_stay before delete on messages for each row execute function refuse_change();
create trigger messages_keep_their_origin before update on messages for each row
  when (old.sender_id <> new.sender_id or old.sent_at <> new.sent_at or old.seq <> new.seq
        or old.conversation_id <> new.conversation_id or old.idempotency_key <> new.idempotency_key)
  execute function refuse_change();
