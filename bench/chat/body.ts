// The text of a bench message. It says who sent it, which of theirs it is and when it was due, so that whoever gets
// it can tell its age and whether it was ever sent, without asking the sender.

export interface MessageMark {
  readonly run: string;
  /** The sender's number among the people of the run. */
  readonly person: number;
  /** Counts the sender's messages, from 0. */
  readonly number: number;
  /** When the schedule wanted it sent, in whole microseconds. */
  readonly dueUs: number;
}

export const bodyBytesMin = 64;

export function writeBody({ run, person, number, dueUs }: MessageMark, bytes: number): string {
  return `bench ${run} ${person} ${number} ${dueUs} `.padEnd(bytes, 'skein ');
}

/** What stands in a body that `writeBody` wrote for this run, unchanged; else null. */
export function readBody(body: string, run: string): MessageMark | null {
  const [word, ofRun, person, number, dueUs] = body.split(' ', 5);
  if (word !== 'bench' || ofRun !== run) return null;
  const mark = { run, person: Number(person), number: Number(number), dueUs: Number(dueUs) };
  return writeBody(mark, body.length) === body ? mark : null;
}
