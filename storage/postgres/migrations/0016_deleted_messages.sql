-- Deleted messages by ordinal: counts of the unread leave them out.
create index messages_deleted on messages (conversation_id, ordinal) where deleted_at is not null;
