// Something asked of the server for a panel: on its way, here, or why not.
import { useEffect, useState } from 'react';
import { saySo } from '../session/say-so.ts';

export type Answer<T> =
  | { readonly name: 'loading' }
  | { readonly name: 'here'; readonly value: T }
  | { readonly name: 'failed'; readonly reason: string };

/** @param ask keep it the same while the question is: another one is asked anew */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ name: 'loading' });
  useEffect(() => {
    let wanted = true;
    ask().then(
      (value) => wanted && setAnswer({ name: 'here', value }),
      (error: unknown) => wanted && setAnswer({ name: 'failed', reason: saySo(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [ask]);
  return answer;
}
