// A picture in a thread: its place is there from the beginning, its preview once it is near the screen.
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Attachment } from '../../../protocol/client/index.ts';
import { usePicture } from '../session/files/use-picture.ts';
import { fittedSize } from './fitted-size.ts';

interface InlinePictureProps {
  readonly conversationId: string;
  readonly picture: Attachment;
  readonly onOpen: () => void;
}

export function InlinePicture({ conversationId, picture, onOpen }: InlinePictureProps) {
  const { attachmentId, name, width, height } = picture;
  const place = useRef<HTMLButtonElement>(null);
  const near = useNear(place);
  const url = usePicture(conversationId, near ? attachmentId : null);
  const size = fittedSize(width, height);
  return (
    <button
      ref={place}
      type="button"
      className="picture"
      data-testid="picture"
      aria-label={`Show the picture ${name}`}
      style={{ width: `${size.width}px`, aspectRatio: `${size.width} / ${size.height}` }}
      onClick={onOpen}
    >
      {url && <img src={url} alt={name} width={size.width} height={size.height} draggable={false} />}
    </button>
  );
}

const aheadPx = 600;

function useNear(place: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: `${aheadPx}px` },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [near, place]);
  return near;
}
