// What each request of an authenticated caller does: one table, complete by its type; each handler answers with a
// frame or a refusal. The socket's owner, or the HTTP exchange, writes the answer.
import type { ClientFrame } from '../../../protocol/frames/client-frames.ts';
import type { opcodes } from '../../../protocol/opcodes.ts';
import { conversationRequests } from './requests/conversations.ts';
import type { Answer, Caller, Handlers, RequestDependencies } from './requests/handler.ts';
import { groupRequests } from './requests/groups.ts';
import { insightRequests } from './requests/insight.ts';
import { messageRequests } from './requests/messages.ts';
import { peopleRequests } from './requests/people.ts';
import { sessionRequests } from './requests/session.ts';

/** Requests after the greeting. */
export type UserRequest = Exclude<
  ClientFrame,
  [typeof opcodes.hello | typeof opcodes.reauthenticate, ...unknown[]]
>;

export class Requests {
  readonly #handlers: Handlers<UserRequest[0]>;

  constructor(dependencies: RequestDependencies) {
    this.#handlers = {
      ...conversationRequests(dependencies),
      ...messageRequests(dependencies),
      ...groupRequests(dependencies),
      ...sessionRequests(dependencies),
      ...peopleRequests(dependencies),
      ...insightRequests(dependencies),
    };
  }

  /** Throws when a store does not answer. */
  async handle(caller: Caller, request: UserRequest): Promise<Answer> {
    const handler = this.#handlers[request[0]] as (caller: Caller, request: UserRequest) => Promise<Answer>;
    return handler(caller, request);
  }
}
