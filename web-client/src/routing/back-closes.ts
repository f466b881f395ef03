// Sheets over the page close by going back, as on a phone: each is a step of its own in the browser's history.
import { useEffect, useRef } from 'react';

interface OverStep {
  readonly over?: boolean;
}

/** Begins the step; the caller renders something that uses `useBackCloses`. */
export function stepOver(): void {
  history.pushState({ ...(history.state as object | null), over: true }, '');
}

/**
 * Ends with `onClosed`, whether the person goes back or the page does.
 * @returns how to close
 */
export function useBackCloses(onClosed: () => void): () => void {
  const closed = useRef(onClosed);
  useEffect(() => {
    closed.current = onClosed;
  });
  useEffect(() => {
    const popped = () => closed.current();
    window.addEventListener('popstate', popped);
    return () => window.removeEventListener('popstate', popped);
  }, []);
  const going = useRef(false);
  return () => {
    // Going back takes a moment, and a second tap in it would leave the page beneath as well.
    if (going.current) return;
    going.current = true;
    if ((history.state as OverStep | null)?.over) history.back();
    else closed.current();
  };
}
