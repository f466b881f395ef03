// A button with a menu, after the ARIA pattern: arrows move, Enter chooses, Escape closes and gives the focus back. The
// menu is a popover: the browser closes it on a press elsewhere, and nothing it stands in can cut it off.
import './overlay.css';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
  readonly danger?: boolean;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Content of the button; its name is the label. */
  readonly children: ReactNode;
  /** The content names the button by itself. */
  readonly speaks?: boolean;
  readonly className?: string;
}

const gapPx = 4;
const marginPx = 8;

export function Menu({ label, items, children, className = 'icon-button', speaks = false }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const menuId = useId();

  const close = () => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  const toggled = (opened: boolean) => {
    setOpen(opened);
    const element = menu.current!;
    // Not to be seen before it is where it belongs.
    element.toggleAttribute('data-placed', opened);
    if (!opened) return;
    place(element, button.current!);
    element.querySelector('button')?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={speaks ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={menuId}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          menu.current?.showPopover();
        }}
      >
        {children}
      </button>
      <div
        ref={menu}
        id={menuId}
        className="menu"
        role="menu"
        aria-label={label}
        popover="auto"
        onToggle={(event) => toggled(event.newState === 'open')}
        onKeyDown={(event) => pressed(event, close)}
      >
        {items.map(({ label: words, danger, onChoose }) => (
          <button
            key={words}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={danger ? 'danger' : undefined}
            onClick={() => {
              close();
              onChoose();
            }}
          >
            {words}
          </button>
        ))}
      </div>
    </>
  );
}

function pressed(event: KeyboardEvent<HTMLDivElement>, close: () => void): void {
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) items.at(to % items.length)?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Under the button, right edges together, and always inside the window. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const from = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(from.right - width, window.innerWidth - width - marginPx);
  const below = from.bottom + gapPx;
  const fits = below + height + marginPx <= window.innerHeight;
  menu.style.left = `${Math.max(marginPx, left)}px`;
  menu.style.top = `${fits ? below : Math.max(marginPx, from.top - height - gapPx)}px`;
}
