// Times as people say them, in the reader's own language and time zone.

const dayMs = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const numericDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'numeric', year: '2-digit' });
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const fullDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** Days from the local day of `atMs` to that of `nowMs`; 0 is today. */
export function daysAgo(atMs: number, nowMs: number): number {
  const midnight = (ms: number) => new Date(ms).setHours(12, 0, 0, 0);
  return Math.round((midnight(nowMs) - midnight(atMs)) / dayMs);
}

export function sameDay(a: number, b: number): boolean {
  return daysAgo(a, b) === 0;
}

export function timeLabel(atMs: number): string {
  return clock.format(atMs);
}

export function exactLabel(atMs: number): string {
  return exact.format(atMs);
}

/** For a line in a list: the shortest that is not ambiguous. */
export function agoLabel(atMs: number, nowMs: number): string {
  const days = daysAgo(atMs, nowMs);
  if (days <= 0) return timeLabel(atMs);
  if (days === 1) return 'Yesterday';
  if (days < 7) return weekday.format(atMs);
  return sameYear(atMs, nowMs) ? shortDate.format(atMs) : numericDate.format(atMs);
}

/** When someone was here last, as the rest of a sentence. */
export function lastSeenLabel(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000);
  if (minutes < 1) return 'last seen just now';
  if (minutes < 60) return `last seen ${minutes} min ago`;
  const days = daysAgo(atMs, nowMs);
  if (days <= 0) return `last seen today at ${timeLabel(atMs)}`;
  if (days === 1) return `last seen yesterday at ${timeLabel(atMs)}`;
  return `last seen on ${sameYear(atMs, nowMs) ? shortDate.format(atMs) : numericDate.format(atMs)}`;
}

export function dateLabel(atMs: number): string {
  return fullDate.format(atMs);
}

/** A day and a time, for lists of what happened when. */
export function momentLabel(atMs: number, nowMs: number): string {
  return daysAgo(atMs, nowMs) <= 0 ? timeLabel(atMs) : `${agoLabel(atMs, nowMs)}, ${timeLabel(atMs)}`;
}

/** A moment to come. */
export function laterLabel(atMs: number, nowMs: number): string {
  const days = daysAgo(nowMs, atMs);
  if (days <= 0) return timeLabel(atMs);
  return days === 1 ? `tomorrow at ${timeLabel(atMs)}` : `${dayLabel(atMs, nowMs)} at ${timeLabel(atMs)}`;
}

/** For the line between two days. */
export function dayLabel(atMs: number, nowMs: number): string {
  const days = daysAgo(atMs, nowMs);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return sameYear(atMs, nowMs) ? longDate.format(atMs) : fullDate.format(atMs);
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}
