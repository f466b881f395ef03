// One picture, as large as the window allows: Escape closes, arrows lead to the message's other pictures.
import { useRef, useState, type KeyboardEvent } from 'react';
import type { Attachment } from '../../../protocol/client/index.ts';
import { useSession } from '../session/use-chat.ts';
import { useModal } from '../overlay/dialog.tsx';
import { saySo } from '../session/say-so.ts';
import { BackIcon, CloseIcon, DownloadIcon, ForwardIcon } from '../theme/icons.tsx';
import { sizeLabel } from '../session/files/size-label.ts';
import { WholePicture } from './whole-picture.tsx';

interface LightboxProps {
  readonly conversationId: string;
  readonly pictures: readonly Attachment[];
  readonly first: number;
  readonly onClose: () => void;
}

export function Lightbox({ conversationId, pictures, first, onClose }: LightboxProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { downloads } = useSession();
  const [at, setAt] = useState(first);
  const [failure, setFailure] = useState<string | null>(null);
  const { attachmentId, name, bytes } = pictures[at]!;
  useModal(dialog);
  const step = (by: number) => {
    setFailure(null);
    setAt((at + by + pictures.length) % pictures.length);
  };
  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined && pictures.length > 1) step(by);
    // The thread behind has keys of its own.
    event.stopPropagation();
  };
  const save = () => {
    setFailure(null);
    downloads.save(conversationId, attachmentId, name).catch((error: unknown) => setFailure(saySo(error)));
  };
  return (
    <dialog
      ref={dialog}
      className="lightbox"
      data-testid="lightbox"
      aria-label={name}
      onKeyDown={pressed}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current || (event.target as Element).matches('.lightbox-stage'))
          onClose();
      }}
    >
      <LightboxHead
        name={name}
        note={sizeLabel(bytes) + (pictures.length > 1 ? ` · ${at + 1} of ${pictures.length}` : '')}
        onSave={save}
        onClose={onClose}
      />
      <div className="lightbox-stage">
        <WholePicture key={attachmentId} conversationId={conversationId} picture={pictures[at]!} />
      </div>
      {failure !== null && <p role="alert">The picture could not be downloaded. {failure}</p>}
      {pictures.length > 1 && (
        <>
          <button
            type="button"
            className="icon-button before"
            aria-label="Picture before"
            onClick={() => step(-1)}
          >
            <BackIcon />
          </button>
          <button
            type="button"
            className="icon-button after"
            aria-label="Next picture"
            onClick={() => step(1)}
          >
            <ForwardIcon />
          </button>
        </>
      )}
    </dialog>
  );
}

interface LightboxHeadProps {
  readonly name: string;
  readonly note: string;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

function LightboxHead({ name, note, onSave, onClose }: LightboxHeadProps) {
  return (
    <header>
      <span className="names">
        <span className="name">{name}</span>
        <span className="handle">{note}</span>
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label={`Download ${name}`}
        title="Download"
        onClick={onSave}
      >
        <DownloadIcon />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Close"
        title="Close"
        data-autofocus
        onClick={onClose}
      >
        <CloseIcon />
      </button>
    </header>
  );
}
