// The ways out. Whatever was not sent is forgotten: it is not for the next person at this browser.
import { signOut } from '../session/account/sign-out.ts';
import { useSession } from '../session/use-chat.ts';

export type OnSignedOut = (reason: string | null) => void;

export interface AtStake {
  readonly messages: number;
  /** Conversations in which something was begun. */
  readonly drafts: number;
}

export function useLeaving(onSignedOut: OnSignedOut) {
  const session = useSession();
  const forget = async () => {
    session.stop();
    session.drafts.clear();
    await session.sending.discardAll().catch(() => undefined);
  };
  return {
    atStake: (): AtStake => ({ messages: session.unacknowledged, drafts: session.drafts.count }),
    async leave() {
      await forget();
      await signOut();
      onSignedOut(null);
    },
    async leaveEverywhere() {
      await session.signOutEverywhere();
      await forget();
      onSignedOut('You are signed out everywhere.');
    },
  };
}

/** Sentences for a person who is about to lose it; none when there is nothing. */
export function losses({ messages, drafts }: AtStake): string[] {
  const sentences: string[] = [];
  if (messages > 0) {
    const what = messages === 1 ? 'One message has' : `${messages} messages have`;
    sentences.push(`${what} not been sent yet and would be lost.`);
  }
  if (drafts > 0) {
    const where = drafts === 1 ? 'one conversation' : `${drafts} conversations`;
    sentences.push(`What you began to write in ${where} would be lost.`);
  }
  return sentences;
}
