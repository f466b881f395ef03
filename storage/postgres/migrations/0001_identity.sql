-- People, their passwords, and what the built-in identity provider has to remember.

create table users (
  user_id uuid primary key,
  handle text not null check (handle ~ '^[a-z0-9_]{3,30}$'),
  display_name text not null,
  created_at timestamptz not null default now()
);

create unique index users_handle_unique on users (lower(handle));
-- Prefix search: `where handle like 'ann%'` uses this one whatever the database's collation is.
create index users_handle_prefix on users (handle text_pattern_ops);

-- Apart from users, so that a query for people never carries a hash, and so that people of an outside issuer have none.
create table credentials (
  user_id uuid primary key references users (user_id) on delete cascade,
  password_hash text not null,
  changed_at timestamptz not null default now()
);

-- oidc-provider's sessions, interactions, codes, grants and refresh tokens; access tokens are JWTs and never stored.
create table identity_documents (
  model text not null,
  id text not null,
  payload jsonb not null,
  grant_id text,
  user_code text,
  uid text,
  expires_at timestamptz,
  consumed_at timestamptz,
  primary key (model, id)
);

create index identity_documents_grant on identity_documents (grant_id) where grant_id is not null;
create index identity_documents_uid on identity_documents (model, uid) where uid is not null;
create index identity_documents_user_code on identity_documents (model, user_code) where user_code is not null;
create index identity_documents_expiry on identity_documents (expires_at) where expires_at is not null;
-- Signing a person out everywhere, or erasing them, finds their documents by account.
create index identity_documents_account on identity_documents ((payload ->> 'accountId'))
  where payload ? 'accountId';

-- The provider's signing keys (private JWKs) and the secrets that sign its cookies: made once, shared by every process.
create table identity_keys (
  kid text primary key,
  purpose text not null check (purpose in ('sign', 'cookie')),
  jwk jsonb not null,
  created_at timestamptz not null default now()
);
