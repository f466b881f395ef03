-- Who removed someone last is asked when they want to join by an invitation.
create index conversation_events_memberships on conversation_events (conversation_id, seq) where type in (7, 8);
