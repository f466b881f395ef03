// Whether a message is pointed at, or has the focus: then its tools are there. Only the row itself renders for it.
import { useState, type FocusEvent, type KeyboardEvent, type PointerEvent } from 'react';

export function useRowActivity() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);

  const handlers = {
    onPointerEnter: (event: PointerEvent) => setHovered(event.pointerType === 'mouse'),
    onPointerLeave: () => setHovered(false),
    onFocus: (event: FocusEvent<HTMLElement>) => {
      // A click on the text focuses the row too, which asks for nothing.
      if (event.target !== event.currentTarget || event.target.matches(':focus-visible')) setFocused(true);
    },
    onBlur: (event: FocusEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.target !== event.currentTarget) return;
      if (event.key !== 'Enter' && event.key !== 'ContextMenu') return;
      event.preventDefault();
      openMenu(event.currentTarget);
    },
  };
  return { active: hovered || focused, handlers };
}

function openMenu(row: HTMLElement): void {
  row.querySelector<HTMLElement>('.message-tools [aria-haspopup="menu"]')?.click();
}
