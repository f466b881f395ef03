// Handlers of an authenticated caller's requests: one table, complete by its type; each handler answers with a
// frame or a refusal. The socket's owner, or the HTTP exchange, writes the answer.
import type { RequestOf } from '../../../protocol/frames/answers.ts';
import { conversationRequests } from './requests/conversations.ts';
import type {
  Answer,
  Caller,
  Handlers,
  RequestDependencies,
  UserOpcode,
  UserRequest,
} from './requests/handler.ts';
import { groupRequestRequests } from './requests/group-requests.ts';
import { groupRequests } from './requests/groups.ts';
import { insightRequests } from './requests/insight.ts';
import { messageRequests } from './requests/messages.ts';
import { peopleRequests } from './requests/people.ts';
import { sessionRequests } from './requests/session.ts';

export class Requests {
  readonly #handlers: Handlers;

  constructor(dependencies: RequestDependencies) {
    this.#handlers = {
      ...conversationRequests(dependencies),
      ...messageRequests(dependencies),
      ...groupRequests(dependencies),
      ...groupRequestRequests(dependencies),
      ...sessionRequests(dependencies),
      ...peopleRequests(dependencies),
      ...insightRequests(dependencies),
    };
  }

  /** Throws when a store does not answer. */
  async handle(caller: Caller, request: UserRequest): Promise<Answer> {
    return this.#handle(caller, request);
  }

  #handle<Code extends UserOpcode>(caller: Caller, request: RequestOf<Code>): Answer | Promise<Answer> {
    return this.#handlers[request.opcode](caller, request);
  }
}
