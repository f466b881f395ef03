// Where messages are written. Enter sends, Shift+Enter begins a line; what is begun stays as a draft.
import './composer.css';
import { useId } from 'react';
import { UploadStrip } from '../attachments/upload-strip.tsx';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import type { Conversation } from '../store/state.ts';
import { useThread } from '../message/thread-context.ts';
import { PeopleOptions } from '../people/people-options.tsx';
import { AttachIcon, CheckIcon, SendIcon } from '../theme/icons.tsx';
import { EditBar, ReplyBar } from './composer-bar.tsx';
import { ComposerNote } from './composer-note.tsx';
import { OfferedFiles } from './offered-files.tsx';
import { useClosed } from './use-closed.ts';
import { useComposer } from './use-composer.ts';
import { useFiles } from './use-files.ts';
import { Sentence } from '../theme/name.tsx';
import { isolated } from '../../../protocol/text/visible.ts';

export function Composer({ conversation }: { readonly conversation: Conversation }) {
  const closed = useClosed(conversation);
  if (closed !== null) {
    return (
      <p className="composer-closed" data-testid="composer-closed">
        <Sentence>{closed}</Sentence>
      </p>
    );
  }
  return <OpenComposer />;
}

function OpenComposer() {
  const { peerName, writing } = useThread();
  const composer = useComposer();
  const { state, area, size, sendable, mentions } = composer;
  const files = useFiles(writing);
  const { chooser, form, dragging } = files;
  const { editing, waitsFor, text } = state;
  const [noteId, listId] = [useId(), useId()];
  return (
    <form
      ref={form}
      className={dragging ? 'composer dragging' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault();
        files.dismissOffered();
        composer.send();
      }}
    >
      <input ref={chooser} type="file" multiple hidden data-testid="file-chooser" onChange={files.chosen} />
      <AttachButton enabled={editing === null} onPress={() => chooser.current?.click()} />
      <div className="composer-field">
        <ComposerTop composer={composer} files={files} />
        {mentions.people.length > 0 && (
          <PeopleOptions
            listId={listId}
            label="Members"
            optionTestId="mention-option"
            className="mention-list"
            people={mentions.people}
            current={mentions.current}
            onChoose={mentions.choose}
          />
        )}
        <textarea
          ref={area}
          data-testid="composer"
          aria-label={`Message to ${peerName}`}
          aria-describedby={noteId}
          aria-invalid={size.over}
          aria-controls={mentions.current && listId}
          aria-activedescendant={mentions.current && `${listId}-${mentions.current.userId}`}
          placeholder={editing ? 'New words' : `Message ${isolated(peerName)}`}
          rows={1}
          enterKeyHint="send"
          readOnly={waitsFor !== null}
          value={text}
          onChange={({ target }) => composer.change(target.value, target.selectionStart)}
          onSelect={({ currentTarget }) => composer.caretMoved(currentTarget.selectionStart)}
          onKeyDown={composer.pressed}
          onPaste={files.pasted}
        />
        <ComposerNote id={noteId} size={size} state={state} onHold={() => writing.hold()} />
        {dragging && <p className="drop-here">Drop files to attach them</p>}
      </div>
      <EmojiButton
        label="Insert an emoji"
        className="icon-button"
        testId="insert-emoji"
        onChoose={composer.insert}
      />
      <SendButton editing={editing !== null} enabled={sendable} />
    </form>
  );
}

interface ComposerTopProps {
  readonly composer: ReturnType<typeof useComposer>;
  readonly files: ReturnType<typeof useFiles>;
}

/** Context of the message besides its text: the message it answers or changes, and its files. */
function ComposerTop({ composer, files }: ComposerTopProps) {
  const { conversationId, writing } = useThread();
  const { editing, replyTo } = composer.state;
  if (editing) return <EditBar onCancel={() => writing.stopEditing()} />;
  return (
    <>
      {replyTo !== null && (
        <ReplyBar conversationId={conversationId} seq={replyTo} onCancel={() => writing.reply(null)} />
      )}
      <UploadStrip conversationId={conversationId} uploads={composer.uploads} />
      {files.offered.length > 0 && (
        <OfferedFiles files={files.offered} onAttach={files.attachOffered} onDismiss={files.dismissOffered} />
      )}
    </>
  );
}

function SendButton({ editing, enabled }: { readonly editing: boolean; readonly enabled: boolean }) {
  return (
    <button
      type="submit"
      className="send"
      data-testid="send"
      aria-label={editing ? 'Save' : 'Send'}
      disabled={!enabled}
    >
      {editing ? <CheckIcon /> : <SendIcon />}
    </button>
  );
}

function AttachButton({ enabled, onPress }: { readonly enabled: boolean; readonly onPress: () => void }) {
  return (
    <button
      type="button"
      className="icon-button"
      data-testid="attach"
      aria-label="Attach files"
      title="Attach files"
      disabled={!enabled}
      onClick={onPress}
    >
      <AttachIcon />
    </button>
  );
}
