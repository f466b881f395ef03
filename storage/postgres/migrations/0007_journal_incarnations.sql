-- Lives of workers that have a journal, and how far each of them acknowledged: what NATS lost is noticed by it.
create table journal_incarnations (
  incarnation text primary key,
  host text not null,
  registered_at timestamptz not null default now(),
  -- The last record that was acknowledged, as of head_at.
  head_number bigint not null default 0,
  head_hash bytea not null default '\x00000000000000000000000000000000',
  head_at timestamptz,
  -- All that it acknowledged is in the tables, or an operator has given up what is lost.
  drained_at timestamptz,
  given_up_at timestamptz,
  -- What a projector found missing, in words.
  damage text
);

create index journal_incarnations_unfinished on journal_incarnations (incarnation) where drained_at is null;

-- Shards that lost acknowledged events: their conversations' epochs are at least this.
create table shard_history (
  shard integer primary key,
  epoch_floor integer not null,
  cut_at timestamptz not null default now()
);
