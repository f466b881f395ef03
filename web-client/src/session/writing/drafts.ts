// Unsent text of each conversation, kept over reloads. Files are not kept: the page may not read them again.
import type { Kept } from '../device/kept.ts';

export interface Draft {
  readonly text: string;
  /** The message that it answers. */
  readonly replyTo: number | null;
}

const prefix = 'draft.';
const nothing: Draft = { text: '', replyTo: null };

export class Drafts {
  readonly #kept: Kept;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  load(conversationId: string): Draft {
    const kept = this.#kept.get(prefix + conversationId);
    if (kept === null) return nothing;
    try {
      const { text, replyTo } = JSON.parse(kept) as Partial<Draft>;
      return {
        text: typeof text === 'string' ? text : '',
        replyTo: typeof replyTo === 'number' ? replyTo : null,
      };
    } catch {
      return nothing;
    }
  }

  save(conversationId: string, draft: Draft): void {
    const isEmpty = draft.text === '' && draft.replyTo === null;
    this.#kept.set(prefix + conversationId, isEmpty ? null : JSON.stringify(draft));
  }

  /** How many conversations have one. */
  get count(): number {
    return this.#kept.names(prefix).length;
  }

  /** Signing out: what was begun is not for the next person at this browser. */
  clear(): void {
    for (const name of this.#kept.names(prefix)) this.#kept.set(name, null);
  }
}
