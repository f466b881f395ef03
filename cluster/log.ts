// Structured logs of a process, one JSON object a line on standard output. They carry ids, counts and reasons,
// never what people wrote, their names or their tokens.
import { pino, type Logger } from 'pino';

export function openLog(process: string, level: string): Logger {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime });
}
