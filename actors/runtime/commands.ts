// Commands of an actor and the answers to them, as types: each kind of actor has one table of its commands, and whoever
// asks, carries and answers them is held to that table by the compiler.
import type { Outcome, Respond } from './activation.ts';
import type { Reply } from './reply.ts';

/** By the command's type. */
export interface CommandTable {
  readonly [type: string]: { readonly command: { readonly type: string }; readonly answer: unknown };
}

/** One of these commands of the table; any of them when none is named. */
export type CommandIn<Table extends CommandTable, Type extends keyof Table = keyof Table> = {
  [Each in Type]: Table[Each]['command'] & { readonly type: Each };
}[Type];

export type AnswerIn<Table, Type extends keyof Table> = Table[Type] extends { readonly answer: infer Answer }
  ? Answer
  : never;

/** An actor's handler for each command of the table: it can only answer with what the table says. */
export type Handlers<Self, Table extends CommandTable> = {
  readonly [Type in keyof Table]: (
    self: Self,
    command: CommandIn<Table, Type>,
    respond: Respond<AnswerIn<Table, Type>>,
  ) => Outcome<CommandIn<Table>, AnswerIn<Table, Type>>;
};

/** Handlers for the commands that the stores alone can answer, while the actor sleeps. */
export type ColdHandlers<Self, Table extends CommandTable> = {
  readonly [Type in keyof Table]?: (
    self: Self,
    actorId: string,
    command: CommandIn<Table, Type>,
  ) => Promise<Reply<AnswerIn<Table, Type>>>;
};
