// What was begun and not sent, per conversation, over reloads.

const prefix = 'skein.draft.';

export function loadDraft(conversationId: string): string {
  return localStorage.getItem(prefix + conversationId) ?? '';
}

export function saveDraft(conversationId: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(prefix + conversationId);
    else localStorage.setItem(prefix + conversationId, text);
  } catch {
    // The quota is used up: the draft lives as long as the page.
  }
}

/** Signing out: drafts are not for the next person at this browser. */
export function clearDrafts(): void {
  for (const item of Object.keys(localStorage)) if (item.startsWith(prefix)) localStorage.removeItem(item);
}
