-- Settings of people that their session decides by; absent: the defaults.
create table user_settings (
  user_id uuid primary key,
  groups_from text not null check (groups_from in ('everyone', 'contacts', 'nobody')),
  seq bigint not null
);

-- Groups that someone is asked to come into, and those that they declined: these are not asked about again.
create table group_requests (
  user_id uuid not null,
  conversation_id uuid not null,
  by_user_id uuid not null,
  name text not null,
  at timestamptz not null,
  seq bigint not null,
  declined boolean not null default false,
  primary key (user_id, conversation_id)
);
