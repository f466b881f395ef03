// The text being written in one conversation: a new message, with its quote and files, or new words for an old
// one. Outside of React, so that a message that waits for its files is sent whatever the person looks at meanwhile.
import type { Sending } from '../sending.ts';
import type { MessageActions } from '../messages/message-actions.ts';
import type { Typing } from '../messages/typing.ts';
import type { Uploads } from '../files/uploads.ts';
import { trimBody } from './body-size.ts';
import type { Drafts } from './drafts.ts';

export interface WritingState {
  readonly text: string;
  readonly replyTo: number | null;
  /** The message whose words are being changed; the draft waits until that is done. */
  readonly editing: { readonly seq: number; readonly before: string } | null;
  /** `files`: sending waits for them. `answer`: a change waits for the server. */
  readonly waitsFor: 'files' | 'answer' | null;
  /** Why the last thing was not done. */
  readonly refusal: string | null;
}

export interface WritingParts {
  readonly sending: Sending;
  readonly messages: MessageActions;
  readonly typing: Typing;
  readonly uploads: Uploads;
  readonly drafts: Drafts;
}

export class Writing {
  readonly #id: string;
  readonly #parts: WritingParts;
  readonly #listeners = new Set<() => void>();
  #state: WritingState;

  constructor(conversationId: string, parts: WritingParts) {
    this.#id = conversationId;
    this.#parts = parts;
    this.#state = { ...parts.drafts.load(conversationId), editing: null, waitsFor: null, refusal: null };
    parts.uploads.subscribe(() => {
      if (this.#state.waitsFor === 'files') this.#sendOnceReady();
    });
  }

  readonly get = (): WritingState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  change(text: string): void {
    this.#become({ text, refusal: null });
    if (this.#state.editing) return;
    if (text === '') this.#parts.typing.stopped(this.#id);
    else this.#parts.typing.wrote(this.#id);
  }

  /** @param seq the message to answer; null: none */
  reply(seq: number | null): void {
    this.stopEditing();
    this.#become({ replyTo: seq, refusal: null });
  }

  edit(seq: number, body: string): void {
    if (this.#state.waitsFor) return;
    this.#become({ editing: { seq, before: body }, text: body, refusal: null });
  }

  /** Back to the draft. */
  stopEditing(): void {
    if (this.#state.editing)
      this.#become({ editing: null, waitsFor: null, ...this.#parts.drafts.load(this.#id) });
  }

  addFiles(files: readonly File[]): void {
    const refusal = this.#parts.uploads.add(this.#id, files);
    this.#become({ refusal });
  }

  /** Sends the message, once its files are there, or the new words of an old one. */
  send(): void {
    if (this.#state.editing) return void this.#finishEditing();
    this.#become({ waitsFor: 'files', refusal: null });
    this.#sendOnceReady();
  }

  /** The message stays here after all. */
  hold(): void {
    if (this.#state.waitsFor === 'files') this.#become({ waitsFor: null });
  }

  #sendOnceReady(): void {
    const uploads = this.#parts.uploads.of(this.#id);
    if (uploads.some(({ state }) => state.name === 'failed')) {
      const refusal = 'Not sent. Remove the files that could not be uploaded, or try them again.';
      return this.#become({ waitsFor: null, refusal });
    }
    if (uploads.every(({ state }) => state.name === 'ready')) void this.#post();
  }

  async #post(): Promise<void> {
    const { sending, typing, uploads, drafts } = this.#parts;
    const { text, replyTo } = this.#state;
    const body = trimBody(text);
    this.#become({ text: '', replyTo: null, waitsFor: null });
    typing.sent(this.#id);
    const taken = uploads.take(this.#id);
    const attachments = taken.flatMap(({ state }) => (state.name === 'ready' ? [state.id] : []));
    if (body === '' && attachments.length === 0) return;
    const refusal = await sending.send(this.#id, { body, replyTo, mentions: [], attachments });
    if (refusal === null) return uploads.sent(taken);
    uploads.putBack(this.#id, taken);
    const since = this.#state.editing ? drafts.load(this.#id).text : this.#state.text;
    const draft = { text: since === '' ? body : `${body}\n${since}`, replyTo };
    drafts.save(this.#id, draft);
    this.#become({ ...(this.#state.editing ? {} : draft), refusal: `Not sent. ${refusal}` });
  }

  async #finishEditing(): Promise<void> {
    const { editing, text } = this.#state;
    const body = trimBody(text);
    if (!editing) return;
    if (body === editing.before) return this.stopEditing();
    this.#become({ waitsFor: 'answer', refusal: null });
    const refusal = await this.#parts.messages.edit(this.#id, editing.seq, body);
    if (this.#state.editing !== editing) return;
    if (refusal === null) this.stopEditing();
    else this.#become({ waitsFor: null, refusal: `Not changed. ${refusal}` });
  }

  #become(change: Partial<WritingState>): void {
    this.#state = { ...this.#state, ...change };
    const { text, replyTo, editing } = this.#state;
    if (!editing && ('text' in change || 'replyTo' in change)) {
      this.#parts.drafts.save(this.#id, { text, replyTo });
    }
    for (const listener of this.#listeners) listener();
  }
}
