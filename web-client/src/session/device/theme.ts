// The colours that someone wants on this device. The style sheet follows the system, or `data-theme` where it is set.
import type { Kept } from './kept.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function themeOf(kept: Kept): Theme {
  const wanted = kept.get('theme');
  return themes.find((theme) => theme === wanted) ?? 'system';
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  // The browser's own frame around the page.
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    const isDark = meta.dataset['scheme'] === 'dark';
    const own = isDark ? 'dark' : 'light';
    meta.media = theme === 'system' ? `(prefers-color-scheme: ${own})` : theme === own ? 'all' : 'not all';
  }
}
