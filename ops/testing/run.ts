// `npm test`: every test there is, on the real services, started once for all of them. `npm test -- <part of a path>…`
// runs the files whose path contains one of the parts.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { sentenceOf } from '../embedded/embedded-error.ts';
import { startPrivateServices } from './services.ts';
import { findTests, type TestPlan } from './test-files.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
/** Of a whole file: a browser journey or a part of the fault suite, on a slow machine. */
const fileTimeoutMs = 900_000;

const plan = findTests(root, process.argv.slice(2));
process.exitCode = await run(plan).catch((error: unknown) => {
  console.error(sentenceOf(error));
  return 1;
});

async function run(tests: TestPlan): Promise<number> {
  if (tests.parallel.length + tests.alone.length === 0) {
    console.error('No test file matches.');
    return 1;
  }
  const services = tests.needsServices ? await startPrivateServices() : undefined;
  const env = {
    ...process.env,
    ...(services && { SKEIN_TEST_DATABASE_URL: services.databaseUrl, SKEIN_TEST_NATS_URL: services.natsUrl }),
  };
  try {
    const first = await runNode(tests.parallel, 2, env);
    const second = await runNode(tests.alone, 1, env);
    return first || second;
  } finally {
    await services?.stop();
  }
}

/** Runs node's own runner over the files; an interrupt goes to it, and we clean up once it has ended. */
function runNode(files: readonly string[], concurrency: number, env: NodeJS.ProcessEnv): Promise<number> {
  if (files.length === 0) return Promise.resolve(0);
  const flags = ['--test', `--test-concurrency=${concurrency}`, `--test-timeout=${fileTimeoutMs}`];
  const child = spawn(process.execPath, [...flags, '--test-reporter=spec', ...files], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(code ?? 130);
    });
  });
}
