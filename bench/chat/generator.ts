// A load generator: a process with its share of the people, which does what the parent asks and ends with it.
import { setTimeout as delay } from 'node:timers/promises';
import { BenchError, sentenceOf } from '../bench-error.ts';
import { nowUs } from '../clock.ts';
import type { Answers, Command, GeneratorMessage, RunTimes } from './commands.ts';
import { Crowd } from './crowd.ts';

const progressEveryMs = 200;

let crowd: Crowd | null = null;
let utilization = 0;

const tell = (message: GeneratorMessage) => void process.send?.(message, () => undefined);

process.on('message', (command: Command) => {
  carryOut(command).then(
    (answer) => {
      tellProgress(); // so that the parent's picture of messages is never older than the answer
      tell({ type: 'answer', answer });
    },
    (error: unknown) => {
      const sentence = error instanceof BenchError ? sentenceOf(error) : String((error as Error).stack);
      tell({ type: 'failed', sentence });
    },
  );
});
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches everyone; the parent decides what comes of it.
process.on('SIGINT', () => undefined);
setInterval(tellProgress, progressEveryMs);

function tellProgress(): void {
  if (crowd) tell({ type: 'progress', progress: crowd.progress });
}

async function carryOut(command: Command): Promise<Answers[Command['kind']]> {
  if (command.kind === 'connect') {
    crowd = new Crowd(command.settings);
    return crowd.connect();
  }
  if (crowd === null) throw new BenchError('A generator was asked before it was set up.');
  switch (command.kind) {
    case 'open':
      return crowd.open(command.userIds);
    case 'follow':
      return crowd.follow(command.conversationIds);
    case 'send':
      return send(crowd, command.times);
    case 'results':
      return { ...crowd.results, utilization };
    case 'readHistories':
      return crowd.readHistories(command.conversations);
  }
}

async function send(crowd: Crowd, times: RunTimes): Promise<null> {
  const measuring = measureUtilization(times);
  await crowd.send(times);
  utilization = await measuring;
  return null;
}

async function measureUtilization({ measuredFromUs, measuredUntilUs }: RunTimes): Promise<number> {
  await delay(Math.max(0, (measuredFromUs - nowUs()) / 1000));
  const before = performance.eventLoopUtilization();
  await delay(Math.max(0, (measuredUntilUs - nowUs()) / 1000));
  return performance.eventLoopUtilization(before).utilization;
}
