// Writes a batch, in the order in which its parts need each other. All of the statements may meet rows that are there
// already: a projection that is done twice changes nothing.
import type pg from 'pg';
import {
  keepFirstAvatars,
  writeBlocks,
  writeCreated,
  writeCuts,
  writeEnds,
  writeInvites,
  writeProfiles,
} from './conversation-statements.ts';
import { writeEffects, writeReadMentions } from './effect-statements.ts';
import { raiseCursors, raiseHeads, writeEvents } from './event-statements.ts';
import { writeInbox } from './inbox-statements.ts';
import { writeMemberChanges } from './member-statements.ts';
import {
  writeDeletions,
  writeEdits,
  writeMessages,
  writeReactions,
  type Added,
} from './message-statements.ts';
import type { ProjectionRows } from './rows.ts';

const noneAdded: Added = new Map();

export async function writeRows(db: pg.ClientBase, rows: ProjectionRows): Promise<void> {
  if (rows.created.length > 0) await writeCreated(db, rows);
  if (rows.members.length > 0) await writeMemberChanges(db, rows.members);
  if (rows.events.length > 0) await writeEvents(db, rows);
  if (rows.cuts.size > 0) await writeCuts(db, rows);
  const added = rows.messages.length > 0 ? await writeMessages(db, rows) : noneAdded;
  if (rows.reactions.size > 0) await writeReactions(db, rows);
  if (rows.edits.length > 0) await writeEdits(db, rows);
  if (rows.deletions.length > 0) await writeDeletions(db, rows);
  if (rows.heads.size > 0) await raiseHeads(db, rows, added);
  if (rows.cursors.size > 0) await raiseCursors(db, rows);
  await keepFirstAvatars(db, rows);
  await writeProfiles(db, rows);
  await writeInvites(db, rows);
  await writeBlocks(db, rows);
  const effects = [...rows.effects, ...(await writeEnds(db, rows))];
  if (effects.length > 0) await writeEffects(db, effects);
  if (rows.inbox.length > 0) await writeInbox(db, rows.inbox);
  if (rows.cursors.size > 0 || rows.inbox.length > 0) await writeReadMentions(db, rows);
}
