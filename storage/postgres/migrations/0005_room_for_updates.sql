-- Rows that messages and receipts update: room on their page keeps an update from entering every index again (HOT).
alter table conversations set (fillfactor = 80);
alter table conversation_members set (fillfactor = 80);
alter table conversation_days set (fillfactor = 80);
alter table conversation_senders set (fillfactor = 80);
