// Everything that a shard can be asked, by the kind of its target: the commands of its actors, and who of its users is
// there.
import type { ActorCommandTables } from '../../../actors/commands.ts';
import type { CommandIn } from '../../../actors/runtime/commands.ts';

/** lastSeenMs is null for someone who is online, and when the shard does not know. */
export interface PresenceStatus {
  readonly online: boolean;
  readonly lastSeenMs: number | null;
}

/** Presence belongs to a user's shard, and wakes no actor. */
export type PresenceCommands = {
  readonly watch: { readonly command: { readonly type: 'watch' }; readonly answer: PresenceStatus };
};

export type CommandTables = ActorCommandTables & { readonly presence: PresenceCommands };
export type TargetKind = keyof CommandTables;

export interface Target<Kind extends TargetKind = TargetKind> {
  readonly kind: Kind;
  readonly id: string;
}

/** A command with its target; the kinds of both agree. */
export type Asked = {
  readonly [Kind in TargetKind]: {
    readonly address: Target<Kind>;
    readonly command: CommandIn<CommandTables[Kind]>;
  };
}[TargetKind];
