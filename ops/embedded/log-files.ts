// Logs of the servers: plain files that the servers write themselves, held within bounds here.
import { copyFileSync, mkdirSync, openSync, renameSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';

const fileBytesMax = 16 * 1024 * 1024;
const checkIntervalMs = 60_000;

/** Opens a log for appending; one that grew past the bound is set aside as `.1` first. */
export function openLog(file: string): number {
  mkdirSync(path.dirname(file), { recursive: true });
  if (bytesOf(file) > fileBytesMax) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** Where the output of a server started now on this log will begin. */
export function nextLineOf(file: string): number {
  const bytes = bytesOf(file);
  return bytes > fileBytesMax ? 0 : bytes;
}

/**
 * Keeps a log that is being written within bounds: its writer appends, so it goes on at the start after a truncation.
 * A line written between the copy and the truncation is lost, which a log can bear.
 */
export function boundLog(file: string, bytesMax = fileBytesMax): void {
  if (bytesOf(file) <= bytesMax) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** Looks after logs for as long as the process lives. */
export function keepLogsBounded(files: readonly string[]): void {
  setInterval(() => files.forEach((file) => boundLog(file)), checkIntervalMs).unref();
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
