// What is being written in one conversation: the text, and why the last message was not taken, when it was not.
import { useState } from 'react';
import { useSession } from '../chat/use-chat.ts';
import { loadDraft, saveDraft } from './drafts.ts';

interface Writing {
  readonly text: string;
  readonly refusal: string | null;
  readonly change: (text: string) => void;
  /** Empties the text at once; a message that is not taken comes back. */
  readonly send: (body: string) => void;
}

export function useWriting(conversationId: string): Writing {
  const { sending } = useSession();
  const [text, setText] = useState(() => loadDraft(conversationId));
  const [refusal, setRefusal] = useState<string | null>(null);

  const change = (next: string) => {
    setText(next);
    setRefusal(null);
    saveDraft(conversationId, next);
  };
  const giveBack = (refused: string, reason: string) => {
    const begunSince = loadDraft(conversationId);
    change(begunSince === '' ? refused : `${refused}\n${begunSince}`);
    setRefusal(reason);
  };
  const send = (body: string) => {
    void sending.send(conversationId, body).then((reason) => {
      if (reason !== null) giveBack(body, reason);
    });
    change('');
  };
  return { text, refusal, change, send };
}
