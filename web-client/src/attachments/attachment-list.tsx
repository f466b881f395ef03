// The files on a message: pictures as pictures, anything else as rows to download (MSG-7).
import './attachments.css';
import { useState } from 'react';
import type { Attachment } from '../../../protocol/client/index.ts';
import { useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import { DownloadIcon, FileIcon } from '../theme/icons.tsx';
import { InlinePicture } from './inline-picture.tsx';
import { Lightbox } from './lightbox.tsx';
import { sizeLabel } from '../session/files/size-label.ts';
import { Name } from '../theme/name.tsx';

interface AttachmentListProps {
  readonly conversationId: string;
  readonly attachments: readonly Attachment[];
}

export function AttachmentList({ conversationId, attachments }: AttachmentListProps) {
  const [open, setOpen] = useState<number | null>(null);
  const pictures = attachments.filter(isPicture);
  const files = attachments.filter((attachment) => !isPicture(attachment));
  return (
    <div className="attachments">
      {pictures.length > 0 && (
        <div className="pictures">
          {pictures.map((picture, i) => (
            <InlinePicture
              key={picture.attachmentId}
              conversationId={conversationId}
              picture={picture}
              onOpen={() => setOpen(i)}
            />
          ))}
        </div>
      )}
      {files.map((file) => (
        <FileRow key={file.attachmentId} conversationId={conversationId} file={file} />
      ))}
      {open !== null && (
        <Lightbox
          conversationId={conversationId}
          pictures={pictures}
          first={open}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

function isPicture({ width, height }: Attachment): boolean {
  return width > 0 && height > 0;
}

function FileRow({ conversationId, file }: { readonly conversationId: string; readonly file: Attachment }) {
  const { attachmentId, name, bytes } = file;
  const { downloads } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    await downloads
      .save(conversationId, attachmentId, name)
      .catch((error: unknown) => setFailure(saySo(error)));
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="file" data-testid="file" aria-busy={busy} onClick={() => void save()}>
        <FileIcon />
        <span className="visually-hidden">Download </span>
        <span className="names">
          <span className="name">{name}</span>
          <span className="handle">{busy ? 'Downloading…' : sizeLabel(bytes)}</span>
        </span>
        <DownloadIcon />
      </button>
      {failure !== null && (
        <p className="file-failure" role="alert">
          <Name>{name}</Name> could not be downloaded. {failure}
        </p>
      )}
    </>
  );
}
