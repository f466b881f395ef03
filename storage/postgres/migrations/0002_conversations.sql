-- The record of conversations and sessions. Only projectors write it, in batches, from the journals. No foreign
-- keys: rows of one conversation share its id, which is also the distribution column when the tables are spread
-- over machines, and rows of one user share the user's.

create table conversations (
  conversation_id uuid primary key,
  kind text not null,
  epoch integer not null,
  created_at timestamptz not null,
  created_by uuid not null,
  head_seq bigint not null,
  head_ordinal bigint not null,
  active_at timestamptz not null
);

create table conversation_members (
  conversation_id uuid not null,
  user_id uuid not null,
  joined_seq bigint not null,
  delivered_seq bigint not null default 0,
  read_seq bigint not null default 0,
  read_ordinal bigint not null default 0,
  primary key (conversation_id, user_id)
);
create index conversation_members_by_user on conversation_members (user_id);

-- Messages as they stand now. The sequence is shared with conversation_events: together they have no gap.
create table messages (
  conversation_id uuid not null,
  seq bigint not null,
  ordinal bigint not null,
  sent_at timestamptz not null,
  sender_id uuid not null,
  idempotency_key uuid not null,
  -- What the key was used for (actors/conversation/fingerprint.ts).
  fingerprint bigint not null,
  body text not null,
  primary key (conversation_id, seq)
) partition by hash (conversation_id);
create unique index messages_key on messages (conversation_id, idempotency_key);

do $$
begin
  for part in 0..7 loop
    execute format(
      'create table messages_%s partition of messages for values with (modulus 8, remainder %s)', part, part);
  end loop;
end $$;

-- Durable events other than messages; fields are the event's, from the fourth on.
create table conversation_events (
  conversation_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  type smallint not null,
  fields jsonb not null,
  primary key (conversation_id, seq)
);

-- Each user's own sequence (session actor).
create table inbox_events (
  user_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  type smallint not null,
  -- For events that another conversation's event caused: which.
  cause_conversation_id uuid,
  cause_seq bigint,
  by_user_id uuid,
  device_id uuid,
  primary key (user_id, seq)
);
create unique index inbox_events_cause on inbox_events (user_id, cause_conversation_id, cause_seq)
  where cause_conversation_id is not null;

create table devices (
  user_id uuid not null,
  device_id uuid not null,
  name text not null,
  public_key bytea not null check (length(public_key) = 32),
  registered_at timestamptz not null,
  primary key (user_id, device_id)
);

-- Effects of one actor's events on another actor that the other has not recorded yet.
create table pending_effects (
  user_id uuid not null,
  conversation_id uuid not null,
  seq bigint not null,
  by_user_id uuid not null,
  shard integer not null,
  created_at timestamptz not null default now(),
  primary key (user_id, conversation_id, seq)
);
create index pending_effects_by_age on pending_effects (created_at);

-- How far each journal is projected. Moves in the transaction that writes the rows, by compare-and-set.
create table journal_checkpoints (
  incarnation text primary key,
  batch bigint not null,
  batch_hash bytea not null,
  sealed boolean not null default false,
  updated_at timestamptz not null default now()
);
