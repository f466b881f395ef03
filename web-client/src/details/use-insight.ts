// The counts of a conversation (INS-1), true while they are looked at: the server counts what it has recorded, which
// trails by moments, so that they are asked for again until they have caught up with what is on the screen.
import { useEffect, useState } from 'react';
import type { Insight } from '../../../protocol/client/index.ts';
import { useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import type { Span } from './bars.ts';

export type InsightState =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly reason: string }
  | { readonly name: 'loaded'; readonly span: Span; readonly insight: Insight };

const askAgainMs = 700;
/** Then the record is stuck, and what was counted is shown as it is. */
const asksMax = 12;

/** @param headSeq the last event that the page knows of */
export function useInsight(id: string, span: Span, headSeq: number): InsightState {
  const { groups } = useSession();
  const [state, setState] = useState<InsightState>({ name: 'loading' });
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (asks: number) => {
      groups.insight(id, span).then(
        (insight) => {
          if (!wanted) return;
          setState({ name: 'loaded', span, insight });
          if (insight.asOfSeq < headSeq && asks < asksMax)
            timer = setTimeout(() => ask(asks + 1), askAgainMs);
        },
        (error: unknown) => {
          if (wanted) setState({ name: 'failed', reason: saySo(error) });
        },
      );
    };
    ask(1);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [groups, id, span, headSeq]);
  return state;
}
