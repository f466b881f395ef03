// Where a running `npm start` can be reached, for the ops CLI: written into the state folder when everything is up,
// readable by its owner only, since the database's address carries its password.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface InstanceRecord {
  readonly url: string;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly namespace: string;
  /** The settings with which its processes run, so that the CLI judges by the same. */
  readonly environment?: Readonly<Record<string, string>>;
}

const fileOf = (stateDir: string) => path.join(stateDir, 'instance.json');

export function writeInstanceRecord(stateDir: string, record: InstanceRecord): void {
  writeFileSync(fileOf(stateDir), JSON.stringify(record, null, 2), { mode: 0o600 });
}

export function removeInstanceRecord(stateDir: string): void {
  rmSync(fileOf(stateDir), { force: true });
}

/** Undefined when nothing runs on this state folder. */
export function readInstanceRecord(stateDir: string): InstanceRecord | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(stateDir), 'utf8')) as InstanceRecord;
  } catch {
    return undefined;
  }
}
