-- Sign-ins that were ended while access tokens of theirs may still be valid. Gateways refuse those tokens, so a row
-- is needed until the last of them has expired. A subject is `session:<id>` or `user:<id>`.
create table ended_sessions (
  subject text primary key,
  ended_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- Gateways ask for rows that were not visible to them the last time: transactions do not end in the order of a sequence.
  written_in xid8 not null default pg_current_xact_id()
);

create index ended_sessions_written on ended_sessions (written_in);
create index ended_sessions_expiry on ended_sessions (expires_at);
