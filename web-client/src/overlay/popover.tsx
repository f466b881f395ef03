// A small panel beside what it belongs to. The browser puts it above everything and closes it on Escape or a press
// elsewhere; we place it, give it the focus, and give the focus back.
import './popover.css';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';

interface PopoverProps {
  readonly label: string;
  /** Element that it belongs to. */
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
  readonly className?: string;
  readonly testId?: string;
  readonly children: ReactNode;
}

const gapPx = 6;
const marginPx = 8;

/** The first element with `data-autofocus` has the focus at the beginning, else the panel itself. */
export function Popover({ label, anchor, onClose, className = '', testId, children }: PopoverProps) {
  const panel = useRef<HTMLDivElement>(null);
  const closed = useRef(onClose);
  useEffect(() => {
    closed.current = onClose;
  });
  useLayoutEffect(() => {
    const element = panel.current!;
    const toggled = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') closed.current();
    };
    element.showPopover();
    element.addEventListener('toggle', toggled);
    place(element, anchor);
    (element.querySelector<HTMLElement>('[data-autofocus]') ?? element).focus({ preventScroll: true });
    // Content may come later, and make it larger.
    const resized = new ResizeObserver(() => place(element, anchor));
    resized.observe(element);
    return () => {
      const hadFocus = element.contains(document.activeElement);
      element.removeEventListener('toggle', toggled);
      resized.disconnect();
      if (element.isConnected) element.hidePopover();
      if (hadFocus && anchor.isConnected) anchor.focus({ preventScroll: true });
    };
  }, [anchor]);
  return (
    <div
      ref={panel}
      className={`popover ${className}`}
      role="dialog"
      aria-label={label}
      data-testid={testId}
      popover="auto"
      // By the Tab key too: it may have to be scrolled, and hold nothing else that takes the focus.
      tabIndex={0}
    >
      {children}
    </div>
  );
}

/** Above the anchor where there is room, else below, and always inside the window. */
function place(panel: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const left = Math.min(Math.max(marginPx, from.left), window.innerWidth - width - marginPx);
  const above = from.top - height - gapPx;
  const below = Math.min(from.bottom + gapPx, window.innerHeight - height - marginPx);
  panel.style.left = `${Math.max(marginPx, left)}px`;
  panel.style.top = `${above >= marginPx ? above : Math.max(marginPx, below)}px`;
}
