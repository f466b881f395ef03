// The files of the message that is being written: what they are, how far they have come, and what went wrong.
import './attachments.css';
import { useSession } from '../session/use-chat.ts';
import { CloseIcon, FileIcon, RetryIcon } from '../theme/icons.tsx';
import { sizeLabel } from '../session/files/size-label.ts';
import type { Upload } from '../session/files/uploads.ts';

interface UploadStripProps {
  readonly conversationId: string;
  readonly uploads: readonly Upload[];
}

export function UploadStrip({ conversationId, uploads }: UploadStripProps) {
  const session = useSession();
  if (uploads.length === 0) return null;
  return (
    <ul className="uploads" data-sideways="" aria-label="Files to be sent">
      {uploads.map((upload) => (
        <li
          key={upload.key}
          className={upload.state.name === 'failed' ? 'upload failed' : 'upload'}
          data-testid="upload"
          data-state={upload.state.name}
        >
          <span className="upload-picture">
            {upload.preview === null ? <FileIcon /> : <img src={upload.preview} alt="" />}
          </span>
          <span className="upload-name" title={upload.name}>
            {upload.name}
          </span>
          <UploadProgress upload={upload} />
          {upload.keepsMetadata && <span className="upload-note">May hold the place where it was taken</span>}
          {upload.state.name === 'failed' && upload.state.retryable && (
            <button type="button" className="link" onClick={() => session.uploads.retry(upload.key)}>
              <RetryIcon /> Try again
            </button>
          )}
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove ${upload.name}`}
            onClick={() => session.uploads.remove(conversationId, upload.key)}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}

function UploadProgress({ upload: { name, bytes, state } }: { readonly upload: Upload }) {
  switch (state.name) {
    case 'waiting':
      return <span className="upload-state">Waits for its turn</span>;
    case 'uploading':
    case 'paused':
      return (
        <>
          <progress value={state.part} max={1} aria-label={`Upload of ${name}`} />
          <span className="upload-state">{progressLabel(state)}</span>
        </>
      );
    case 'ready':
      return <span className="upload-state">{sizeLabel(bytes)}</span>;
    case 'failed':
      return (
        <span className="upload-state" role="alert" data-testid="upload-failure">
          {state.reason}
        </span>
      );
  }
}

function progressLabel({
  name,
  part,
}: {
  readonly name: 'uploading' | 'paused';
  readonly part: number;
}): string {
  if (name === 'paused') return 'Waits for a connection';
  return part >= 1 ? 'Checking…' : `${Math.floor(part * 100)} %`;
}
