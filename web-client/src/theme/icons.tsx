// The few line icons, drawn on a 24-unit grid in the colour of the text around them. They decorate: labels are the
// business of whoever uses them.
import type { ReactNode } from 'react';

function Icon({ children, wide = false }: { readonly children: ReactNode; readonly wide?: boolean }) {
  return (
    <svg
      className="icon"
      viewBox={wide ? '0 0 30 24' : '0 0 24 24'}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export function SearchIcon() {
  return (
    <Icon>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m16 16 4.5 4.5" />
    </Icon>
  );
}

export function SendIcon() {
  return (
    <Icon>
      <path d="M12 19.5V5M5.5 11.5 12 5l6.5 6.5" />
    </Icon>
  );
}

export function DownIcon() {
  return (
    <Icon>
      <path d="M12 5v14.5M5.5 13l6.5 6.5 6.5-6.5" />
    </Icon>
  );
}

export function BackIcon() {
  return (
    <Icon>
      <path d="M14.5 5 7.5 12l7 7" />
    </Icon>
  );
}

export function CloseIcon() {
  return (
    <Icon>
      <path d="m6.5 6.5 11 11M17.5 6.5l-11 11" />
    </Icon>
  );
}

export function SignOutIcon() {
  return (
    <Icon>
      <path d="M10 4.5H6a1.5 1.5 0 0 0-1.5 1.5v12A1.5 1.5 0 0 0 6 19.5h4M15.5 16l4-4-4-4M19.5 12H10" />
    </Icon>
  );
}

export function ClockIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.5V12l3 2" />
    </Icon>
  );
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="m5 12.5 4.5 4.5L19 7.5" />
    </Icon>
  );
}

export function DoubleCheckIcon() {
  return (
    <Icon wide>
      <path d="m3 12.5 4.5 4.5L17 7.5M13.5 16l1 1L25 7.5" />
    </Icon>
  );
}

export function AlertIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5v5M12 16.2v.1" />
    </Icon>
  );
}

export function BellIcon() {
  return (
    <Icon>
      <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5a2.2 2.2 0 0 0 4 0" />
    </Icon>
  );
}

export function MutedIcon() {
  return (
    <Icon>
      <path d="M7 16.5V11a5.6 5.6 0 0 1 8.2-4.9M18 11v5.5l1.5 1.5h-15L6 16.5M10 20.5a2.2 2.2 0 0 0 4 0M4 4l16 16" />
    </Icon>
  );
}

export function NewGroupIcon() {
  return (
    <Icon>
      <circle cx="9.5" cy="8.5" r="3.5" />
      <path d="M3 19.5c.4-3.7 3-5.5 6.5-5.5 1.5 0 2.8.3 3.8 1M18 13.5v7M14.5 17h7" />
    </Icon>
  );
}

export function DetailsIcon() {
  return (
    <Icon>
      <rect x="3.5" y="4.5" width="17" height="15" rx="2.5" />
      <path d="M14.5 4.5v15" />
    </Icon>
  );
}

export function MoreIcon() {
  return (
    <Icon>
      <path d="M6 12v.1M12 12v.1M18 12v.1" />
    </Icon>
  );
}

export function PictureIcon() {
  return (
    <Icon>
      <rect x="3.5" y="5" width="17" height="14" rx="2.5" />
      <circle cx="9" cy="10" r="1.6" />
      <path d="m4 17 4.5-4 3.5 3 3.5-3.5 4.5 4" />
    </Icon>
  );
}

export function SmileIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M8.5 14c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2M9 9.5v.1M15 9.5v.1" />
    </Icon>
  );
}

export function ReplyIcon() {
  return (
    <Icon>
      <path d="M9.5 6 4.5 11l5 5M4.5 11H14a5.5 5.5 0 0 1 5.5 5.5V19" />
    </Icon>
  );
}

export function AttachIcon() {
  return (
    <Icon>
      <path d="m19 11.5-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5l7.6-7.6a3.1 3.1 0 0 1 4.4 4.4l-7.5 7.5a1.5 1.5 0 0 1-2.2-2.2l6.9-6.9" />
    </Icon>
  );
}

export function FileIcon() {
  return (
    <Icon>
      <path d="M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5zM13.5 3.5v5h5" />
    </Icon>
  );
}

export function DownloadIcon() {
  return (
    <Icon>
      <path d="M12 4v11M7 10.5l5 4.5 5-4.5M5 19.5h14" />
    </Icon>
  );
}

export function RetryIcon() {
  return (
    <Icon>
      <path d="M19 12a7 7 0 1 1-2.3-5.2M19 4v4h-4" />
    </Icon>
  );
}

export function EditIcon() {
  return (
    <Icon>
      <path d="m5 19 .8-3.8L15.5 5.5a2 2 0 0 1 3 3L8.8 18.2z" />
    </Icon>
  );
}

export function ForwardIcon() {
  return (
    <Icon>
      <path d="m9.5 5 7 7-7 7" />
    </Icon>
  );
}
