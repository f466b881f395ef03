// The text of a bench message. It says who wrote it in which conversation, which of theirs it is and when it was due, so
// that whoever gets it can tell its age and whether it was ever sent, without asking the writer.

export interface MessageMark {
  readonly run: string;
  readonly conversation: number;
  /** Where the writer stands among its members. */
  readonly member: number;
  /** Counts the writer's messages in this conversation, from 0. */
  readonly number: number;
  /** When it was due, in whole microseconds. */
  readonly dueUs: number;
}

export const bodyBytesMin = 64;

export function writeBody({ run, conversation, member, number, dueUs }: MessageMark, bytes: number): string {
  return `bench ${run} ${conversation} ${member} ${number} ${dueUs} `.padEnd(bytes, 'skein ');
}

/** The mark in a body that `writeBody` wrote for this run, unchanged; else null. */
export function readBody(body: string, run: string): MessageMark | null {
  const [word, ofRun, conversation, member, number, dueUs] = body.split(' ', 6);
  if (word !== 'bench' || ofRun !== run) return null;
  const mark = {
    run,
    conversation: Number(conversation),
    member: Number(member),
    number: Number(number),
    dueUs: Number(dueUs),
  };
  return writeBody(mark, body.length) === body ? mark : null;
}
