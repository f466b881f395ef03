// Files into a message: from a button, pasted, or dropped on the thread.
import { useEffect, useRef, useState, type ClipboardEvent } from 'react';
import type { Writing } from '../session/writing/writing.ts';

export function useFiles(writing: Writing) {
  const chooser = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const [dragging, setDragging] = useState(false);
  const [offered, setOffered] = useState<readonly File[]>([]);

  useEffect(() => {
    const area = form.current?.closest<HTMLElement>('.thread');
    if (!area) return;
    let depth = 0;
    const over = (event: DragEvent, change: number) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      depth += change;
      setDragging(depth > 0);
    };
    const entered = (event: DragEvent) => over(event, 1);
    const moved = (event: DragEvent) => over(event, 0);
    const left = (event: DragEvent) => over(event, -1);
    const dropped = (event: DragEvent) => {
      depth = 0;
      setDragging(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      writing.addFiles(files);
    };
    area.addEventListener('dragenter', entered);
    area.addEventListener('dragover', moved);
    area.addEventListener('dragleave', left);
    area.addEventListener('drop', dropped);
    return () => {
      area.removeEventListener('dragenter', entered);
      area.removeEventListener('dragover', moved);
      area.removeEventListener('dragleave', left);
      area.removeEventListener('drop', dropped);
    };
  }, [writing]);

  const pasted = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    // Copied files bring their names along as text.
    const text = event.clipboardData.getData('text/plain').trim();
    const isName = text.split('\n').every((line) => files.some(({ name }) => line.trim().endsWith(name)));
    if (text !== '' && !isName) return setOffered(files);
    event.preventDefault();
    writing.addFiles(files);
  };
  const attachOffered = () => {
    writing.addFiles([...offered]);
    setOffered([]);
  };
  const dismissOffered = () => setOffered([]);
  const chosen = () => {
    const input = chooser.current!;
    writing.addFiles([...(input.files ?? [])]);
    // The same file may be chosen again.
    input.value = '';
  };
  return { chooser, form, dragging, pasted, chosen, offered, attachOffered, dismissOffered };
}
