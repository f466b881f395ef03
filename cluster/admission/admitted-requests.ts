// The requests of sockets and of the REST API, as far as this worker takes them now.
import type { Clock } from '../../actors/runtime/ports.ts';
import { wireError } from '../../protocol/errors.ts';
import { Requests, type UserRequest } from '../gateway/requests.ts';
import type { Answer, Caller, RequestDependencies } from '../gateway/requests/handler.ts';
import type { Admission } from './admission.ts';

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
    const waitMs = this.#admission.refuseRequest(request[0], nowMs) || this.#admission.beginRequest();
    if (waitMs > 0) return { kind: 'refused', error: wireError('overloaded', waitMs) };
    try {
      return await super.handle(caller, request);
    } finally {
      this.#admission.endRequest();
    }
  }
}
