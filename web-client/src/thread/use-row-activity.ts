// Whether a message is pointed at, has the focus, or was held with a finger: then its tools are there. Only the row
// itself renders for it.
import { useEffect, useState, type FocusEvent, type KeyboardEvent, type PointerEvent } from 'react';

/** A finger that rests for this long means the message, not the page. */
const holdMs = 450;
const wanderPx = 10;

export function useRowActivity() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [held, setHeld] = useState<HTMLElement | null>(null);
  const [touch, setTouch] = useState<{ row: HTMLElement; x: number; y: number } | null>(null);

  useEffect(() => {
    if (!touch) return;
    const timer = setTimeout(() => setHeld(touch.row), holdMs);
    return () => clearTimeout(timer);
  }, [touch]);
  useEffect(() => {
    if (held) openMenu(held);
  }, [held]);

  const handlers = {
    onPointerEnter: (event: PointerEvent) => setHovered(event.pointerType === 'mouse'),
    onPointerLeave: () => setHovered(false),
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== 'mouse' && !(event.target as Element).closest('button, a'))
        setTouch({ row: event.currentTarget, x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent) => {
      if (touch && Math.hypot(event.clientX - touch.x, event.clientY - touch.y) > wanderPx) setTouch(null);
    },
    onPointerUp: () => setTouch(null),
    onPointerCancel: () => setTouch(null),
    onFocus: (event: FocusEvent<HTMLElement>) => {
      // A click on the text focuses the row too, which asks for nothing.
      if (event.target !== event.currentTarget || event.target.matches(':focus-visible')) setFocused(true);
    },
    onBlur: (event: FocusEvent<HTMLElement>) => {
      if (event.currentTarget.contains(event.relatedTarget)) return;
      setFocused(false);
      setHeld(null);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.target !== event.currentTarget) return;
      if (event.key !== 'Enter' && event.key !== 'ContextMenu') return;
      event.preventDefault();
      openMenu(event.currentTarget);
    },
  };
  return { active: hovered || focused || held !== null, handlers };
}

function openMenu(row: HTMLElement): void {
  row.querySelector<HTMLElement>('.message-tools [aria-haspopup="menu"]')?.click();
}
