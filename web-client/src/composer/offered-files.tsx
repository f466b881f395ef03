// Files that came along with pasted text, as cells of a spreadsheet bring a picture of themselves: the text is in the
// message, and the files only if they are wanted.
import { AttachIcon, CloseIcon } from '../theme/icons.tsx';

interface OfferedFilesProps {
  readonly files: readonly File[];
  readonly onAttach: () => void;
  readonly onDismiss: () => void;
}

export function OfferedFiles({ files, onAttach, onDismiss }: OfferedFilesProps) {
  const isPicture = files.every(({ type }) => type.startsWith('image/'));
  const what = files.length === 1 ? (isPicture ? 'picture' : 'file') : `${files.length} files`;
  return (
    <div className="composer-bar" data-testid="offered-files">
      <button type="button" className="button" data-testid="attach-offered" onClick={onAttach}>
        <AttachIcon /> Attach the {what} that came with the text
      </button>
      <button type="button" className="icon-button small" aria-label="Leave it out" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}
