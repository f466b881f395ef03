// A picture in its own size; its preview until that is here.
import { useEffect, useState } from 'react';
import type { Attachment } from '../../../protocol/client/index.ts';
import { useSession } from '../session/use-chat.ts';
import { usePicture } from '../session/files/use-picture.ts';
import { saySo } from '../session/say-so.ts';

interface WholePictureProps {
  readonly conversationId: string;
  readonly picture: Attachment;
}

export function WholePicture({ conversationId, picture }: WholePictureProps) {
  const { attachmentId, name, width, height } = picture;
  const { downloads } = useSession();
  const preview = usePicture(conversationId, attachmentId);
  const [url, setUrl] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const wanted = new AbortController();
    let made: string | null = null;
    downloads.whole(conversationId, attachmentId, wanted.signal).then(
      (content) => {
        if (wanted.signal.aborted) return;
        made = URL.createObjectURL(content);
        setUrl(made);
      },
      (error: unknown) => {
        if (!wanted.signal.aborted) setFailure(saySo(error));
      },
    );
    return () => {
      wanted.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [downloads, conversationId, attachmentId]);
  const source = url ?? preview;
  return (
    <>
      {source && (
        <img
          src={source}
          alt={name}
          width={width}
          height={height}
          data-testid="lightbox-picture"
          data-whole={url !== null}
        />
      )}
      {failure !== null && <p role="alert">{failure}</p>}
    </>
  );
}
