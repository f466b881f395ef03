// A finger that rests on a message means the message; one that moves, or is joined by another, means the page.
import { useEffect, useRef, type MouseEvent, type PointerEvent, type TouchEvent } from 'react';

/** Sooner than the browser's own menu comes. */
const holdMs = 420;
const wanderPx = 10;

interface Touch {
  readonly x: number;
  readonly y: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

export function useHold(onHeld: () => void) {
  const touch = useRef<Touch | null>(null);
  /** Whether the last press was a finger's, whose menu this is in place of the browser's. */
  const byFinger = useRef(false);
  /** Whether the last press became a hold. */
  const isHeld = useRef(false);
  const end = () => {
    if (touch.current) clearTimeout(touch.current.timer);
    touch.current = null;
  };
  useEffect(() => end, []);
  return {
    onPointerDown: ({ pointerType, isPrimary, target, clientX: x, clientY: y }: PointerEvent) => {
      end();
      isHeld.current = false;
      // A link has a menu of its own.
      byFinger.current = pointerType !== 'mouse' && !(target as Element).closest('a');
      if (!byFinger.current || !isPrimary) return;
      const held = () => {
        touch.current = null;
        isHeld.current = true;
        // The browser may have begun to select words.
        getSelection()?.removeAllRanges();
        onHeld();
      };
      touch.current = { x, y, timer: setTimeout(held, holdMs) };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const began = touch.current;
      if (began && Math.hypot(clientX - began.x, clientY - began.y) > wanderPx) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onTouchEnd: (event: TouchEvent) => {
      // Else the browser clicks on what is under the finger by then, which the hold may have brought there.
      if (isHeld.current && event.cancelable) event.preventDefault();
    },
    onContextMenu: (event: MouseEvent) => {
      if (byFinger.current) event.preventDefault();
    },
  };
}
