// Identifiers: canonical lower-case UUID text everywhere. Idempotency keys are version 7 (RFC 9562), so that a
// key says when it was made.

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const uuidPattern = uuid.source;

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** Milliseconds since the epoch in a version 7 UUID; NaN for any other text. */
export function uuidv7Time(key: string): number {
  if (key.charCodeAt(14) !== 0x37 || !uuid.test(key)) return Number.NaN;
  return Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16);
}

/** Makes version 7 UUIDs that sort in the order they were made, also within one millisecond. */
export class KeyMaker {
  readonly #now: () => number;
  #lastMs = 0;
  #counter = 0;

  /** @param now server-corrected wall time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    const random = crypto.getRandomValues(new Uint8Array(10));
    const ms = Math.max(this.#now(), this.#lastMs);
    this.#counter = ms === this.#lastMs ? this.#counter + 1 : ((random[0]! << 3) | (random[1]! >> 5)) & 0x3ff;
    // The 12 bits after the version count within the millisecond; running over borrows the next one.
    this.#lastMs = this.#counter > 0xfff ? ms + 1 : ms;
    this.#counter &= 0xfff;
    return formatUuidv7(this.#lastMs, this.#counter, random.subarray(2));
  }
}

function formatUuidv7(ms: number, counter: number, random: Uint8Array): string {
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  const sequence = counter.toString(16).padStart(3, '0');
  const bytes = [(random[0]! & 0x3f) | 0x80, ...random.subarray(1, 8)];
  const tail = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
