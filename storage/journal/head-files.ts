// Heads of journals as files of the host's state folder. One write at a fixed place for each record, without a sync: what
// the page cache has survives the end of the process, and a host that is lost leaves the head that PostgreSQL has of it.
//
// Each file has two slots that are written in turn, each with a checksum: a torn write leaves the head before it. Behind
// them stands whether PostgreSQL knows of the journal.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { HeadKeeper, JournalHeads } from './head.ts';
import type { JournalPosition } from './reader.ts';

const suffix = '.head';
const hashBytes = 16;
const layout = { number: 0, hash: 8, checksum: 8 + hashBytes, bytes: 8 + hashBytes + 4 } as const;
/** A slot for each sector, the least that a disk writes at once. */
const slotEveryBytes = 512;
const registeredAt = 2 * slotEveryBytes;
const fileBytes = 3 * slotEveryBytes;

export class HeadFiles implements JournalHeads {
  readonly #folder: string;

  /** @param stateDir the host's folder; made when it is missing */
  constructor(stateDir: string) {
    this.#folder = path.join(stateDir, 'journals');
  }

  open(incarnation: string): HeadKeeper {
    const file = this.#fileOf(incarnation);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      return new HeadFile(openSync(file, 'w+', 0o600));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${file} cannot be written (${reason}); mend it or set SKEIN_STATE_DIR`, { cause });
    }
  }

  read(incarnation: string): JournalPosition | null {
    const bytes = this.#bytesOf(incarnation);
    if (!bytes) return null;
    const slots = [0, slotEveryBytes].map((at) => decodeSlot(bytes.subarray(at, at + layout.bytes)));
    return slots.reduce((last, slot) => (slot && slot.number > (last?.number ?? 0) ? slot : last), null);
  }

  list(): string[] {
    const names = unlessMissing(() => readdirSync(this.#folder)) ?? [];
    return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  }

  unregistered(): string[] {
    return this.list().filter((incarnation) => this.#bytesOf(incarnation)?.[registeredAt] === 0);
  }

  remove(incarnation: string): void {
    rmSync(this.#fileOf(incarnation), { force: true });
  }

  #bytesOf(incarnation: string): Buffer | null {
    return unlessMissing(() => readFileSync(this.#fileOf(incarnation)));
  }

  #fileOf(incarnation: string): string {
    return path.join(this.#folder, incarnation + suffix);
  }
}

class HeadFile implements HeadKeeper {
  readonly #file: number;
  readonly #slot = Buffer.alloc(layout.bytes);
  #writes = 0;

  constructor(file: number) {
    this.#file = file;
    // All of it at once: a full disk is met here, and not by a record that is durable already.
    writeSync(file, Buffer.alloc(fileBytes), 0, fileBytes, 0);
  }

  keep({ number, hash }: JournalPosition): void {
    this.#slot.writeBigUInt64LE(BigInt(number), layout.number);
    this.#slot.set(hash, layout.hash);
    this.#slot.writeUInt32LE(crc32(this.#slot.subarray(0, layout.checksum)), layout.checksum);
    writeSync(this.#file, this.#slot, 0, layout.bytes, (this.#writes++ % 2) * slotEveryBytes);
  }

  registered(): void {
    writeSync(this.#file, Buffer.of(1), 0, 1, registeredAt);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function decodeSlot(slot: Buffer): JournalPosition | null {
  if (slot.length < layout.bytes) return null;
  if (slot.readUInt32LE(layout.checksum) !== crc32(slot.subarray(0, layout.checksum))) return null;
  const hash = Uint8Array.from(slot.subarray(layout.hash, layout.checksum));
  return { number: Number(slot.readBigUInt64LE(layout.number)), hash };
}

function unlessMissing<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
