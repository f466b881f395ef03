// Reads of the record about one message that show all that was acknowledged. The record trails the journal by moments,
// on a busy machine by seconds; whoever saw an edit and asks for the message's versions expects to find it there.
import type { Standing } from '../../../../actors/conversation/commands.ts';
import type { Clock, Timers } from '../../../../actors/runtime/ports.ts';
import { refuse, type Reply } from '../../../../actors/runtime/reply.ts';
import { askConversation, type RequestDependencies } from './handler.ts';

/** Pauses between two looks at the record, in ms: the projection is usually there with the second. */
const pausesMs = [25, 50, 100, 200, 400];
/** Longest wait for the record, in ms: of the ten seconds in which a request is answered, most is left for asking. */
const patienceMs = 4_000;

/** Whether this one may see the conversation now and the message stands; with what the record must have reached. */
export function checkMember(
  dependencies: RequestDependencies,
  by: string,
  conversationId: string,
  messageSeq: number | null = null,
): Promise<Reply<Standing>> {
  return askConversation(dependencies, conversationId, { type: 'check_member', by, messageSeq });
}

/**
 * Reads until the record has reached `changedSeq`; null when the record is there and knows no such message.
 * Refused with `unavailable` when the record stays behind for seconds.
 */
export async function readStanding<Found extends { readonly asOfSeq: number }>(
  { clock, timers }: { readonly clock: Clock; readonly timers: Timers },
  { changedSeq }: Standing,
  read: () => Promise<Found | null>,
): Promise<Reply<Found | null>> {
  const deadline = clock.monotonicMs() + patienceMs;
  for (let look = 0; ; look++) {
    const found = await read();
    const reached = found ? found.asOfSeq >= changedSeq : changedSeq === 0;
    if (reached) return { ok: true, value: found };
    if (clock.monotonicMs() >= deadline) return refuse('unavailable');
    const pauseMs = pausesMs[Math.min(look, pausesMs.length - 1)]!;
    await new Promise<void>((resume) => timers.setTimeout(resume, pauseMs));
  }
}
