// An entry of the audit trail as a sentence (MSG-8): what was done, without what was written.
import type { AuditEntry } from '../../../protocol/frames/insight.ts';

export type NameOf = (userId: string) => string;

const isUserId = /^[0-9a-f-]{36}$/;

/** Everyone whom the entries name, for looking them up. */
export function peopleIn(entries: readonly AuditEntry[]): string[] {
  const ids = new Set<string>();
  for (const { by, subject } of entries) {
    ids.add(by);
    for (const id of subjectsOf(subject)) ids.add(id);
  }
  return [...ids];
}

interface Told {
  /** Names of whom it concerned. */
  readonly whom: string;
  /** The message it concerned, by its sequence number. */
  readonly message: string | null;
  readonly detail: string | null;
}

const sentences: Readonly<Record<string, string | ((told: Told) => string)>> = {
  created: 'created the conversation',
  message: 'sent a message',
  messageEdited: ({ message }) => `edited message ${message}`,
  messageDeleted: ({ message, detail }) => `deleted message ${message}${capacity(detail)}`,
  reaction: ({ message, detail }) => `changed the reaction ${detail} on message ${message}`,
  membersAdded: ({ whom }) => `added ${whom}`,
  memberRemoved: ({ whom }) => `removed ${whom}`,
  roleChanged: ({ whom, detail }) =>
    detail === 'admin' ? `made ${whom} an admin` : `took the admin role from ${whom}`,
  profileChanged: 'changed name, description or picture',
  inviteChanged: 'changed the invitation link',
  conversationDeleted: 'deleted the conversation',
  read_as_admin: ({ detail }) => `read as an administrator of the server: ${detail}`,
};

/** Sentence after the actor's name; an action that only a newer server knows gives its own name. */
export function auditSentence({ action, subject, detail }: AuditEntry, nameOf: NameOf): string {
  const sentence = sentences[action] ?? action;
  if (typeof sentence === 'string') return sentence;
  return sentence({ whom: subjectsOf(subject).map(nameOf).join(', '), message: subject, detail });
}

function capacity(detail: string | null): string {
  if (detail === 'admin') return ' as an admin';
  return detail === 'platform_admin' ? ' as an administrator of the server' : '';
}

/** The people of a subject: one id, or several as JSON; none when it is a message. */
function subjectsOf(subject: string | null): string[] {
  if (subject === null) return [];
  if (isUserId.test(subject)) return [subject];
  return subject.startsWith('[') ? (JSON.parse(subject) as string[]) : [];
}
