// The commands of every kind of actor.
import type { ConversationCommands } from './conversation/commands.ts';
import type { ActorKind } from './runtime/address.ts';
import type { CommandIn } from './runtime/commands.ts';
import type { SessionCommands } from './session/commands.ts';

/** By the kind of actor: the table of its commands. */
// A type, not an interface: only types are tables to the compiler.
export type ActorCommandTables = {
  readonly conversation: ConversationCommands;
  readonly session: SessionCommands;
};

/** By the kind of actor: any command of it. */
export type ActorCommands = { readonly [Kind in ActorKind]: CommandIn<ActorCommandTables[Kind]> };
