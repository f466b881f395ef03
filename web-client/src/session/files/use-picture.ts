// A picture of a conversation for components: null until it is here, and when it cannot be had.
import { useEffect, useState } from 'react';
import { useSession } from '../use-chat.ts';

/** Fetched again when it was not there: the server's record of a new picture trails by moments. */
const attemptsMax = 4;
const pauseMs = 1_000;

export function usePicture(conversationId: string, attachmentId: string | null): string | null {
  const { pictures } = useSession();
  const [shown, setShown] = useState<{ readonly of: string; readonly url: string } | null>(null);
  useEffect(() => {
    if (attachmentId === null) return;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (attempt: number) => {
      pictures.preview(conversationId, attachmentId).then(
        (url) => wanted && setShown({ of: attachmentId, url }),
        () => {
          if (wanted && attempt < attemptsMax) timer = setTimeout(() => ask(attempt + 1), pauseMs * attempt);
        },
      );
    };
    ask(1);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [pictures, conversationId, attachmentId]);
  return shown !== null && shown.of === attachmentId ? shown.url : null;
}
