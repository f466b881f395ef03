// A whole page for one sentence: waiting, or something that only the person can put right.
import './landing.css';
import type { ReactNode } from 'react';
import { Wordmark } from '../theme/yarn.tsx';

interface NoticeProps {
  readonly title: string;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

export function Notice({ title, busy = false, children }: NoticeProps) {
  return (
    <main className="notice" aria-busy={busy}>
      <Wordmark />
      <p role={busy ? 'status' : 'alert'}>{title}</p>
      {children}
    </main>
  );
}
