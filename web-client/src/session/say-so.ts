// Sentence for a person about something that did not succeed: the server's own where there is one.
import { RequestError } from '../../../protocol/client/index.ts';

export function saySo(error: unknown): string {
  if (error instanceof RequestError) {
    if (error.code === 'unavailable' || error.code === 'timeout') {
      return 'There is no answer at the moment. Please try again.';
    }
    if (error.code === 'rate_limited') return 'That was too much at once. Please try again in a moment.';
    return error.message;
  }
  return error instanceof Error && error.message !== '' ? error.message : 'That did not succeed.';
}
