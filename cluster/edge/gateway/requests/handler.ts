// The common shape of request handlers: the caller, the parts they may use, and their answers.
import type { ConversationCommands } from '../../../../actors/conversation/commands.ts';
import type { AnswerIn, CommandIn } from '../../../../actors/runtime/commands.ts';
import type { Clock, Random, Timers } from '../../../../actors/runtime/ports.ts';
import type { Reply } from '../../../../actors/runtime/reply.ts';
import type { SessionCommands } from '../../../../actors/session/commands.ts';
import type { AnswerTo, RequestOf, WithoutId } from '../../../../protocol/frames/answers.ts';
import type { ClientFrame } from '../../../../protocol/frames/client-frames.ts';
import type { Done } from '../../../../protocol/frames/outcome.ts';
import { wireError, type ErrorCode, type WireError } from '../../../../protocol/errors.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import type { Attachments } from '../../../../storage/blobs/attachments.ts';
import type { ConversationDetails } from '../../../../storage/postgres/conversation-details.ts';
import type { ConversationLister } from '../../../../storage/postgres/conversation-list.ts';
import type { Directory } from '../../../../storage/postgres/directory.ts';
import type { Router } from '../../../fabric/routing/router.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { LimitKind } from '../../limits/rates.ts';
import type { ClientSocket } from '../client-socket.ts';
import type { Following } from '../following.ts';
import type { LargeAnswers } from '../large-answers.ts';
import type { Profiles } from '../profiles.ts';
import type { SignOuts } from '../sign-outs.ts';
import type { Watching } from '../watching.ts';

export interface RequestDependencies {
  readonly router: Router;
  readonly following: Following;
  readonly watching: Watching;
  readonly profiles: Profiles;
  readonly directory: Directory;
  readonly lister: ConversationLister;
  readonly details: ConversationDetails;
  readonly attachments: Attachments;
  readonly signOuts: SignOuts;
  readonly largeAnswers: LargeAnswers;
  readonly limiter: Limiter<LimitKind>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

export interface Caller {
  readonly userId: string;
  /** The sign-in behind the token; null when it names none. */
  readonly sessionId: string | null;
  /** Of an outside issuer. */
  readonly isExternal: boolean;
  /** Null: over HTTP, where nothing can be followed. */
  readonly socket: ClientSocket | null;
}

/** A frame that answers one of these requests, but for the request's id, which the socket adds. */
export type AnswerFrame<Code extends UserOpcode = UserOpcode> = WithoutId<AnswerTo<Code>>;

export type Answer<Frame = AnswerFrame> =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly after?: () => void }
  | { readonly kind: 'refused'; readonly error: WireError };

/** Requests after the greeting. */
export type UserRequest = Exclude<
  ClientFrame,
  { readonly opcode: typeof opcodes.hello | typeof opcodes.reauthenticate }
>;
export type UserOpcode = UserRequest['opcode'];

export type Handlers<Codes extends UserOpcode = UserOpcode> = {
  readonly [Code in Codes]: (
    caller: Caller,
    request: RequestOf<Code>,
  ) => Answer<AnswerFrame<Code>> | Promise<Answer<AnswerFrame<Code>>>;
};

export function answered<Frame extends AnswerFrame>(frame: Frame): Answer<Frame> {
  return { kind: 'frame', frame };
}

export function refused(error: WireError): Answer<never> {
  return { kind: 'refused', error };
}

export function refusedWith(code: ErrorCode): Answer<never> {
  return refused(wireError(code));
}

/** For requests whose only answer is that it is done. */
export function doneOr(reply: Reply): Answer<WithoutId<Done>> {
  return reply.ok ? answered({ opcode: opcodes.done }) : refused(reply.error);
}

export function askConversation<Type extends keyof ConversationCommands>(
  { router }: RequestDependencies,
  conversationId: string,
  command: CommandIn<ConversationCommands, Type>,
): Promise<Reply<AnswerIn<ConversationCommands, Type>>> {
  return router.ask({ kind: 'conversation', id: conversationId }, command);
}

export function askSession<Type extends keyof SessionCommands>(
  { router }: RequestDependencies,
  userId: string,
  command: CommandIn<SessionCommands, Type>,
): Promise<Reply<AnswerIn<SessionCommands, Type>>> {
  return router.ask({ kind: 'session', id: userId }, command);
}
