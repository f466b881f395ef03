// The other side of an asked process: answers the parent's questions and ends with it.
import { BenchError } from '../bench-error.ts';
import type { Counts, Handlers, Message, Question } from './asked-process.ts';

const countsEveryMs = 200;

/** @param counts how far this process is, told unasked */
export function answering(handlers: Handlers, counts: () => Counts = () => ({})): void {
  // A parent that is gone needs no answer, and its end comes as 'disconnect'.
  const tell = (message: Message) => void process.send?.(message, undefined, undefined, () => undefined);
  const tellCounts = () => tell({ type: 'counts', counts: counts() });
  process.on('message', (question: Question) => {
    answerTo(handlers, question).then((message) => {
      tellCounts(); // so that the parent's picture is never older than the answer
      tell(message);
    }, console.error);
  });
  process.on('disconnect', () => process.exit(0));
  // The terminal's Ctrl-C reaches everyone; the parent decides what comes of it.
  process.on('SIGINT', () => undefined);
  setInterval(tellCounts, countsEveryMs);
}

async function answerTo(handlers: Handlers, { id, kind, argument }: Question): Promise<Message> {
  try {
    const handler = handlers[kind];
    if (!handler) throw new Error(`there is no answer to ${kind}`);
    return { type: 'answer', id, value: await handler(argument) };
  } catch (error) {
    const sentence = error instanceof BenchError ? error.message : String((error as Error).stack);
    return { type: 'failed', id, sentence };
  }
}
