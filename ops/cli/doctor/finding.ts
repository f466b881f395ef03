// The result of one check.

export type Level = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly level: Level;
  readonly about: string;
  readonly says: string;
  /** Advice; null where all is well. */
  readonly fix: string | null;
}

export const ok = (about: string, says: string): Finding => ({ level: 'ok', about, says, fix: null });
export const warn = (about: string, says: string, fix: string): Finding => ({
  level: 'warn',
  about,
  says,
  fix,
});
export const fail = (about: string, says: string, fix: string): Finding => ({
  level: 'fail',
  about,
  says,
  fix,
});

/** The line to it stays on this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(hostname);
}
