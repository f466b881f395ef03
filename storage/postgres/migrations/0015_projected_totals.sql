-- How many events of each journal are in the tables: what PostgreSQL lost without noticing is missed by the sum. Moves
-- with the checkpoint. What was there before is counted once, here.
alter table journal_checkpoints
  add column events bigint not null default 0,
  add column inbox_events bigint not null default 0;

create table projected_before (
  events bigint not null,
  inbox_events bigint not null
);
insert into projected_before
  select (select count(*) from messages) + (select count(*) from conversation_events), (select count(*) from inbox_events);
