// Metrics of the REST API: requests by operation and status, and how long they took.
import { Counter, Histogram, type Metric } from 'prom-client';

/** Seconds; a send waits for a durable append, a cold conversation for PostgreSQL. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class RestMetrics {
  readonly #requests = new Counter({
    name: 'skein_http_requests_total',
    help: 'Requests of the REST API by operation and status; status aborted: the client left before the answer',
    labelNames: ['operation', 'status'] as const,
    registers: [],
  });
  readonly #durations = new Histogram({
    name: 'skein_http_request_duration_seconds',
    help: 'From the head of a request of the REST API to its answer',
    labelNames: ['operation'] as const,
    buckets: durationBuckets,
    registers: [],
  });

  /** For a registry. */
  get all(): Metric[] {
    return [this.#requests, this.#durations];
  }

  count(operation: string, status: number | 'aborted', durationMs: number): void {
    this.#requests.inc({ operation, status });
    this.#durations.observe({ operation }, durationMs / 1000);
  }
}
