// State and actions of the composer: the text with its caret, names being completed, and its keys.
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { useSession } from '../session/use-chat.ts';
import { useThread } from '../message/thread-context.ts';
import { bodySize, trimBody } from '../session/writing/body-size.ts';
import { lastEditable } from './last-editable.ts';
import { useMentions } from './use-mentions.ts';
import { choosesWords } from '../browser/chooses-words.ts';

export function useComposer() {
  const session = useSession();
  const { conversationId, isGroup, writing } = useThread();
  const state = useSyncExternalStore(writing.subscribe, writing.get);
  const uploads = useSyncExternalStore(session.uploads.subscribe, () => session.uploads.of(conversationId));
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(state.text.length);
  /** Where the caret goes once text that was not typed is there. */
  const inserted = useRef<number | null>(null);
  const { text, editing, replyTo, waitsFor } = state;
  const body = trimBody(text);
  const size = bodySize(body);
  const hasFiles = !editing && uploads.length > 0;
  const sendable = (body !== '' || hasFiles) && !size.over && waitsFor === null;

  const change = (next: string, at: number) => {
    if (area.current?.value !== next) inserted.current = at;
    writing.change(next);
    setCaret(at);
  };
  const mentions = useMentions({ conversationId, isGroup, text, caret, change });
  useLayoutEffect(() => {
    grow(area.current!);
    if (inserted.current !== null) area.current!.setSelectionRange(inserted.current, inserted.current);
    inserted.current = null;
  }, [text]);
  useFocusFor(area, editing?.seq ?? replyTo);

  const send = () => {
    if (sendable) writing.send();
    area.current?.focus();
  };
  const editLast = (): boolean => {
    const last = lastEditable(session.store.get(), conversationId, session.messages.now());
    if (last) writing.edit(last.seq, last.body);
    return last !== null;
  };
  const pressed = (event: KeyboardEvent) => {
    // An input method's keys choose words.
    if (choosesWords(event) || mentions.pressed(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) send();
    else if (event.key === 'Escape' && editing) writing.stopEditing();
    else if (event.key === 'Escape' && replyTo !== null) writing.reply(null);
    else if (event.key === 'ArrowUp' && text === '' && !editing && editLast()) setCaret(0);
    else return;
    event.preventDefault();
  };
  const insert = (words: string) => {
    const { selectionStart, selectionEnd } = area.current!;
    change(text.slice(0, selectionStart) + words + text.slice(selectionEnd), selectionStart + words.length);
    area.current!.focus();
  };
  return {
    state,
    uploads,
    area,
    size,
    sendable,
    mentions,
    caretMoved: setCaret,
    change,
    send,
    pressed,
    insert,
  };
}

/** From the beginning where there is a mouse; and whoever chose to answer or to edit goes on writing. */
function useFocusFor(area: RefObject<HTMLTextAreaElement | null>, seq: number | null): void {
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) area.current?.focus();
  }, [area]);
  const before = useRef(seq);
  useEffect(() => {
    if (seq !== null && seq !== before.current) area.current?.focus();
    before.current = seq;
  }, [area, seq]);
}

/** As high as its text; the style sheet says how high at most. */
function grow(area: HTMLTextAreaElement): void {
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight}px`;
}
