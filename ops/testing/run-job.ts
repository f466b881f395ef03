// Runs the files of one job in a process of their own with node's test runner, and tells what became of each.
import path from 'node:path';
import { Readable } from 'node:stream';
import { run, type EventData } from 'node:test';
import { spec } from 'node:test/reporters';
import type { TestJob } from './test-files.ts';

export interface Failure {
  readonly file: string;
  readonly title: string;
  readonly reason: string;
}

export interface FileResult {
  /** As it was given: from the project's root. */
  readonly file: string;
  /** False too for a file that ended without a word. */
  readonly ok: boolean;
  /** Tests, those within others included. */
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  readonly startedMs: number;
  readonly endedMs: number;
  /** Names and times of its tests. */
  readonly tests: readonly TestTime[];
}

export interface TestTime {
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
}

export interface JobOptions {
  /** Of the whole job. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Only tests with such titles. */
  readonly titles?: readonly RegExp[];
  /** Called as soon as a test has failed. */
  readonly onFailure: (failure: Failure) => void;
  /** Called with what is to be shown. */
  readonly show: (text: string) => void;
}

const batch = path.join(import.meta.dirname, 'test-batch.ts');
/** Counts of node's runner for each process; the end of the run says them once for all. */
const counted = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

export async function runJob({ files }: TestJob, options: JobOptions): Promise<FileResult[]> {
  const { timeoutMs, signal, titles, onFailure, show } = options;
  const events = run({
    files: [batch],
    argv: [...files],
    timeout: timeoutMs,
    signal,
    ...(titles && { testNamePatterns: [...titles] }),
  });
  const job = new Job(files, onFailure);
  for await (const text of Readable.from(job.noting(events)).compose(spec)) show(String(text));
  return job.results();
}

type Open = { -readonly [Key in keyof FileResult]: FileResult[Key] } & {
  failures: Failure[];
  tests: TestTime[];
};

class Job {
  readonly #onFailure: JobOptions['onFailure'];
  readonly #results: Map<string, Open>;
  /** The file whose tests come at this moment. */
  #current: Open;

  constructor(files: readonly string[], onFailure: JobOptions['onFailure']) {
    this.#onFailure = onFailure;
    const nowMs = performance.now();
    const none = { ok: false, passed: 0, skipped: 0, startedMs: nowMs, endedMs: nowMs };
    this.#results = new Map(files.map((file) => [file, { ...none, file, failures: [], tests: [] }]));
    this.#current = this.#results.get(files[0]!)!;
  }

  /** The events that are to be shown. */
  async *noting(events: AsyncIterable<{ type: string; data: unknown }>): AsyncGenerator {
    for await (const event of events) {
      if (event.type === 'test:start') this.#started(event.data as EventData.TestStart);
      if (event.type === 'test:pass') this.#passed(event.data as EventData.TestPass);
      if (event.type === 'test:fail') this.#failed(event.data as EventData.TestFail);
      if (event.type === 'test:summary' || isCount(event)) continue;
      yield event;
    }
  }

  results(): FileResult[] {
    for (const [file, result] of this.#results) {
      if (result.ok || result.failures.length > 0) continue;
      this.#note(result, file, 'it ended without a word');
    }
    return [...this.#results.values()];
  }

  #started({ name, nesting }: EventData.TestStart): void {
    const result = nesting === 0 && this.#results.get(name);
    if (result) this.#current = result;
  }

  #passed({ name, nesting, skip, details }: EventData.TestPass): void {
    if (nesting === 0 && this.#results.has(name)) return this.#ended(details.duration_ms);
    if (details.type === 'suite' || nesting === 0) return;
    const outcome = skip === undefined || skip === false ? 'passed' : 'skipped';
    this.#current[outcome]++;
    this.#current.tests.push({ title: name, outcome, seconds: details.duration_ms / 1_000 });
  }

  #failed({ name, nesting, details }: EventData.TestFail): void {
    if (nesting === 0 && this.#results.has(name)) this.#ended(details.duration_ms);
    const { cause, failureType } = details.error as Error & { failureType?: string };
    // It was told of those within.
    if (failureType === 'subtestsFailed') return;
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? details.error);
    const seconds = details.duration_ms / 1_000;
    this.#current.tests.push({ title: name, outcome: 'failed', seconds });
    this.#note(this.#current, name, reason);
  }

  #note(result: Open, title: string, reason: string): void {
    const failure = { file: result.file, title, reason };
    result.failures.push(failure);
    result.ok = false;
    this.#onFailure(failure);
  }

  /** The suite of the present file has ended, and with it all of the file. */
  #ended(tookMs: number): void {
    this.#current.ok = this.#current.failures.length === 0;
    this.#current.endedMs = performance.now();
    this.#current.startedMs = this.#current.endedMs - tookMs;
  }
}

function isCount({ type, data }: { type: string; data: unknown }): boolean {
  return type === 'test:diagnostic' && counted.test((data as EventData.TestDiagnostic).message);
}
