-- The identity provider's keys are sealed: whoever has a copy of the database signs no token. `jwk` keeps the public half.
alter table identity_keys
  add column sealed bytea,
  -- Name of the key that sealed it.
  add column sealed_by text,
  -- Signs no more; what it signed before is believed for as long as that may be valid.
  add column retired_at timestamptz;
-- Keys that lay here in the clear may be in copies of the database. The provider makes new ones at its next start, and
-- seals what is left of the old cookie keys.
update identity_keys set retired_at = now();
update identity_keys set jwk = jwk - 'd' where purpose = 'sign';
