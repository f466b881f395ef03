-- Notifications end with their mention. The event that named someone may be a later one than the message: an edit.
alter table notifications add column cause_seq bigint;
update notifications set cause_seq = message_seq;
alter table notifications alter column cause_seq set not null;
create index notifications_by_message on notifications (user_id, conversation_id, message_seq);

alter table pending_effects add column message_seq bigint;
update pending_effects set message_seq = seq where type = 'mentioned';

-- Those that should have ended before this.
delete from notifications n
where not exists (select 1 from conversation_members m
                  where m.conversation_id = n.conversation_id and m.user_id = n.user_id)
   or exists (select 1 from messages g where g.conversation_id = n.conversation_id and g.seq = n.message_seq
                and (g.deleted_at is not null or not n.user_id = any(g.mentions)));
update notifications n set read = true
where not read and exists (select 1 from conversation_members m where m.conversation_id = n.conversation_id
                             and m.user_id = n.user_id and m.read_seq >= n.message_seq);
