// The requests of sockets and of the REST API, as far as this worker takes them now.
import { StoreBusy } from '../../../actors/runtime/reply.ts';
import type { Clock } from '../../../actors/runtime/ports.ts';
import { wireError } from '../../../protocol/errors.ts';
import { Requests } from './requests.ts';
import type { Answer, Caller, RequestDependencies, UserRequest } from './requests/handler.ts';
import type { Admission } from '../admission/admission.ts';

export class AdmittedRequests extends Requests {
  readonly #admission: Admission;
  readonly #clock: Clock;

  constructor(dependencies: RequestDependencies, admission: Admission) {
    super(dependencies);
    this.#admission = admission;
    this.#clock = dependencies.clock;
  }

  override async handle(caller: Caller, request: UserRequest): Promise<Answer> {
    const nowMs = this.#clock.monotonicMs();
    // The gateway has asked for those of its sockets, before it decoded them.
    const isAsked = caller.socket !== null;
    const waitMs =
      (isAsked ? 0 : this.#admission.refuseRequest(request.opcode, nowMs)) || this.#admission.beginRequest();
    if (waitMs > 0) return { kind: 'refused', error: wireError('overloaded', waitMs) };
    try {
      return this.#spread(await super.handle(caller, request));
    } catch (error) {
      if (!(error instanceof StoreBusy)) throw error;
      return { kind: 'refused', error: wireError('overloaded', this.#admission.spreadMs(0)) };
    } finally {
      this.#admission.endRequest();
    }
  }

  /** Spreads the wait that a full part of the cluster asked for, or all would come back at once. */
  #spread(answer: Answer): Answer {
    if (answer.kind !== 'refused' || answer.error.code !== 'overloaded') return answer;
    const { code, retryAfterMs } = answer.error;
    return { kind: 'refused', error: wireError(code, this.#admission.spreadMs(retryAfterMs ?? 0)) };
  }
}
