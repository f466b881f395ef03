// Model of a group after any commands: small enough to be checked by reading. The property test drives it beside
// the real one and compares.
import type { ErrorCode } from '../../../../protocol/errors.ts';

export type Command =
  | { readonly type: 'send'; readonly by: number; readonly body: string; readonly replyTo: number | null }
  | { readonly type: 'edit'; readonly by: number; readonly target: number; readonly body: string }
  | { readonly type: 'delete'; readonly by: number; readonly target: number }
  | {
      readonly type: 'react';
      readonly by: number;
      readonly target: number;
      readonly emoji: string;
      readonly present: boolean;
    }
  | { readonly type: 'add'; readonly by: number; readonly whom: number }
  | { readonly type: 'remove'; readonly by: number; readonly whom: number }
  | { readonly type: 'role'; readonly by: number; readonly whom: number; readonly role: 'member' | 'admin' }
  | { readonly type: 'rename'; readonly by: number; readonly name: string }
  | { readonly type: 'read'; readonly by: number };

export type Expected = 'accepted' | ErrorCode;

interface ModelMessage {
  readonly by: number;
  readonly replyTo: number | null;
  readonly ordinal: number;
  body: string;
  edits: number;
  deleted: boolean;
  /** Emoji to who put it there. */
  readonly reactions: Map<string, Set<number>>;
}

export class GroupModel {
  readonly roles = new Map<number, 'member' | 'admin'>();
  readonly messages = new Map<number, ModelMessage>();
  /** How many messages each member has read. */
  readonly read = new Map<number, number>();
  name: string;
  headSeq = 1;
  headOrdinal = 0;

  constructor(members: readonly number[], name: string) {
    members.forEach((member, at) => this.#admit(member, at === 0 ? 'admin' : 'member'));
    this.name = name;
  }

  unreadOf(member: number): number {
    const read = this.read.get(member)!;
    return [...this.messages.values()].filter(({ ordinal, deleted }) => ordinal > read && !deleted).length;
  }

  get standing(): number {
    return [...this.messages.values()].filter(({ deleted }) => !deleted).length;
  }

  /** Carries the command out if it may be; answers what the server should. */
  apply(command: Command): Expected {
    if (!this.roles.has(command.by)) return 'conversation_not_found';
    switch (command.type) {
      case 'send':
        return this.#send(command);
      case 'read':
        this.read.set(command.by, this.headOrdinal);
        return 'accepted';
      case 'edit':
      case 'delete':
      case 'react':
        return this.#change(command);
      default:
        return this.#administer(command);
    }
  }

  #send({ by, body, replyTo }: Extract<Command, { type: 'send' }>): Expected {
    if (body.trim() === '') return 'body_empty';
    if (replyTo !== null && replyTo > this.headSeq) return 'message_not_found';
    const message = { by, replyTo, ordinal: ++this.headOrdinal, body, edits: 0, deleted: false };
    this.messages.set(++this.headSeq, { ...message, reactions: new Map() });
    this.read.set(by, this.headOrdinal);
    return 'accepted';
  }

  #change(command: Extract<Command, { type: 'edit' | 'delete' | 'react' }>): Expected {
    const message = this.messages.get(command.target);
    if (!message) return 'message_not_found';
    if (command.type === 'delete') return this.#delete(message, command.by);
    if (message.deleted) return 'message_deleted';
    if (command.type === 'react') return this.#react(message, command);
    if (message.by !== command.by) return 'not_the_author';
    if (message.body === command.body) return 'accepted';
    if (command.body.trim() === '') return 'body_empty';
    message.body = command.body;
    message.edits++;
    this.headSeq++;
    return 'accepted';
  }

  #delete(message: ModelMessage, by: number): Expected {
    if (message.deleted) return 'accepted';
    if (message.by !== by && this.roles.get(by) !== 'admin') return 'not_the_author';
    message.deleted = true;
    message.reactions.clear();
    this.headSeq++;
    return 'accepted';
  }

  #react(message: ModelMessage, { by, emoji, present }: Extract<Command, { type: 'react' }>): Expected {
    const users = message.reactions.get(emoji) ?? new Set();
    if (users.has(by) === present) return 'accepted';
    if (present) users.add(by);
    else users.delete(by);
    if (users.size > 0) message.reactions.set(emoji, users);
    else message.reactions.delete(emoji);
    this.headSeq++;
    return 'accepted';
  }

  #administer(command: Extract<Command, { type: 'add' | 'remove' | 'role' | 'rename' }>): Expected {
    const leaves = command.type === 'remove' && command.whom === command.by;
    if (this.roles.get(command.by) !== 'admin' && !leaves) return 'not_an_admin';
    if (command.type === 'rename') {
      if (command.name !== this.name) this.headSeq++;
      this.name = command.name;
      return 'accepted';
    }
    if (command.type === 'add') {
      if (this.roles.has(command.whom)) return 'accepted';
      this.headSeq++;
      this.#admit(command.whom, 'member');
      return 'accepted';
    }
    return this.#changeMember(command);
  }

  #changeMember(command: Extract<Command, { type: 'remove' | 'role' }>): Expected {
    const { whom } = command;
    const present = this.roles.get(whom);
    if (!present) return command.type === 'role' ? 'not_a_member' : 'accepted';
    if (command.type === 'role' && present === command.role) return 'accepted';
    const isLastAdmin =
      present === 'admin' && [...this.roles.values()].filter((role) => role === 'admin').length === 1;
    if (isLastAdmin && (command.type === 'role' || this.roles.size > 1)) return 'last_admin';
    this.headSeq++;
    if (command.type === 'role') {
      this.roles.set(whom, command.role);
    } else {
      this.roles.delete(whom);
      this.read.delete(whom);
    }
    return 'accepted';
  }

  #admit(member: number, role: 'member' | 'admin'): void {
    this.roles.set(member, role);
    this.read.set(member, this.headOrdinal);
  }
}
