// The state of a test's cluster without a process for each look.
import assert from 'node:assert/strict';
import { until } from '../../../protocol/waiting.ts';
import { settingsOf, type TestServices } from '../../testing/services.ts';
import { ClusterAccess } from '../cluster/access.ts';
import { findTarget } from '../target.ts';
import { readStatus, type ClusterStatus } from '../status.ts';

export class TestAccess {
  readonly #access: ClusterAccess;

  private constructor(access: ClusterAccess) {
    this.#access = access;
  }

  static async open(services: TestServices): Promise<TestAccess> {
    return new TestAccess(await ClusterAccess.open(findTarget(settingsOf(services))));
  }

  status(): Promise<ClusterStatus> {
    return readStatus(this.#access);
  }

  async eventually(isSo: (status: ClusterStatus) => boolean, timeoutMs = 60_000): Promise<void> {
    let seen: ClusterStatus | undefined;
    const look = async () => isSo((seen = await this.status()));
    assert.ok(await until(look, { timeoutMs, everyMs: 250 }), `${isSo.toString()}: ${JSON.stringify(seen)}`);
  }

  /** A cluster serves as soon as one of its workers does; this is when all do. */
  settled(): Promise<void> {
    return this.eventually(({ healthy, movesOutstanding }) => healthy && movesOutstanding === 0);
  }

  close(): Promise<void> {
    return this.#access.close();
  }
}
