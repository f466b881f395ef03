// Facts about the conversation that every row of its thread needs. Its value stays the same while only
// messages change, so that rows do not render for it.
import { createContext, use } from 'react';
import type { Role } from '../../../protocol/client/index.ts';
import type { Writing } from '../session/writing/writing.ts';

export interface ThreadValue {
  readonly conversationId: string;
  readonly isGroup: boolean;
  readonly myId: string;
  /** This person's, in a group. */
  readonly role: Role;
  /** The other person of a direct conversation. */
  readonly peerName: string;
  readonly writing: Writing;
  /** Brings a message into sight, wherever in the history it is. */
  readonly jump: (seq: number) => void;
}

const ThreadContext = createContext<ThreadValue | null>(null);

export const ThreadProvider = ThreadContext.Provider;

export function useThread(): ThreadValue {
  const value = use(ThreadContext);
  if (!value) throw new Error('useThread outside of ThreadProvider');
  return value;
}
