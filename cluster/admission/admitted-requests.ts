// The requests as the REST API makes them: refused while the worker is overloaded, as those over sockets are.
import { wireError } from '../../protocol/errors.ts';
import { Requests, type UserRequest } from '../gateway/requests.ts';
import type { Answer, Caller, RequestDependencies } from '../gateway/requests/handler.ts';
import type { Admission } from './admission.ts';

export class AdmittedRequests extends Requests {
  readonly #admission: Admission;

  constructor(dependencies: RequestDependencies, admission: Admission) {
    super(dependencies);
    this.#admission = admission;
  }

  override async handle(caller: Caller, request: UserRequest): Promise<Answer> {
    const waitMs = this.#admission.refuseRequest(request[0]);
    if (waitMs > 0) return { kind: 'refused', error: wireError('overloaded', waitMs) };
    return super.handle(caller, request);
  }
}
