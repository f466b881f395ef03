// Unsent text of each conversation, kept over reloads. Files are not kept: the page may not read them again.

export interface Draft {
  readonly text: string;
  /** The message that it answers. */
  readonly replyTo: number | null;
}

const prefix = 'skein.draft.';
const nothing: Draft = { text: '', replyTo: null };

export function loadDraft(conversationId: string): Draft {
  const kept = localStorage.getItem(prefix + conversationId);
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

export function saveDraft(conversationId: string, draft: Draft): void {
  try {
    if (draft.text === '' && draft.replyTo === null) localStorage.removeItem(prefix + conversationId);
    else localStorage.setItem(prefix + conversationId, JSON.stringify(draft));
  } catch {
    // The quota is used up: the draft lives as long as the page.
  }
}

/** Signing out: drafts are not for the next person at this browser. */
export function clearDrafts(): void {
  for (const item of Object.keys(localStorage)) if (item.startsWith(prefix)) localStorage.removeItem(item);
}
