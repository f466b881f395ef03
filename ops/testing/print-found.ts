// Says on stdout where a program is and what it needs, as JSON, for programs that may not import anything of ops; ends
// with 1 and a sentence where there is none to be had.
import { EmbeddedError } from '../embedded/embedded-error.ts';

export async function printFound(find: () => Promise<object>): Promise<void> {
  try {
    console.log(JSON.stringify(await find()));
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
