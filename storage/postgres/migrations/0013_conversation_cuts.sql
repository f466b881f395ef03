-- Where a conversation's history was cut, told by the first event after it: events of epochs before this one stand up to
-- unchanged_to. There is none while nothing has happened since the shard was cut (shard_history).
create table conversation_cuts (
  conversation_id uuid not null,
  epoch integer not null,
  unchanged_to bigint not null,
  primary key (conversation_id, epoch)
);

-- Where histories that were cut before this stand, nobody wrote down: clients of epochs before read all of them anew.
insert into conversation_cuts (conversation_id, epoch, unchanged_to)
select conversation_id, epoch, 0 from conversations where epoch > 1;
