-- Files on their way into messages, and those in them (MSG-7). Written by workers directly, not by projectors: an
-- upload is nobody's event until a message names it. Its row comes before any of its blobs and goes after the last, so
-- that no blob is ever without a row that leads to its deletion.

create table uploads (
  upload_id uuid primary key,
  owner_id uuid not null,
  -- Sanitised; what people see and what a download is called.
  name text not null,
  -- Bytes announced, and those of them that are stored.
  length bigint not null check (length > 0),
  received bigint not null default 0 check (received between 0 and length),
  pieces integer not null default 0,
  -- refused: complete, but the content was not acceptable; refusal says by which error code.
  status text not null default 'uploading' check (status in ('uploading', 'ready', 'refused')),
  refusal text,
  -- Found in the content when ready; width and height are 0 for all but pictures.
  type text,
  bytes bigint,
  width integer not null default 0,
  height integer not null default 0,
  -- Names of blobs in the upload's group.
  content_blob text,
  preview_blob text,
  preview_bytes integer,
  -- The message that it is in: claimed by the gateway with the message's idempotency key, and told by the projector
  -- with the message's sequence number. A group's avatar is claimed too, and is in no message.
  conversation_id uuid,
  message_key uuid,
  message_seq bigint,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ready_at timestamptz,
  attached_at timestamptz,
  -- Nobody sees it from here on; its blobs and then its row follow.
  deleted_at timestamptz,
  -- Whatever an interrupted request left beside the finished blobs is gone.
  tidied boolean not null default false
);

create index uploads_unattached on uploads (owner_id) where conversation_id is null and deleted_at is null;
create index uploads_by_message on uploads (conversation_id, message_seq) where conversation_id is not null;
-- What the sweeper looks for.
create index uploads_expiring on uploads (expires_at) where message_seq is null and deleted_at is null;
create index uploads_deleted on uploads (deleted_at) where deleted_at is not null;
create index uploads_untidied on uploads (ready_at) where status = 'ready' and not tidied;

-- The stored pieces of an upload that is not finished; together they cover it from 0 to `received` without overlap.
create table upload_pieces (
  upload_id uuid not null references uploads (upload_id) on delete cascade,
  from_byte bigint not null,
  bytes integer not null check (bytes > 0),
  blob text not null,
  primary key (upload_id, from_byte)
);
