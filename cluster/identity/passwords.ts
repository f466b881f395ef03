// Argon2id. A sign-in costs the same whether the handle exists or not, and a flood of them is refused rather than
// queued without end: each hash holds 19 MiB and a thread for its time.
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id. The library's default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const pendingMax = 64;

/** Too many passwords are being checked; trying again in a moment helps. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
  readonly retryable = true;
}

export class Passwords {
  readonly #decoy: string;
  #pending = 0;

  private constructor(decoy: string) {
    this.#decoy = decoy;
  }

  static async create(): Promise<Passwords> {
    return new Passwords(await hash(randomBytes(32), cost));
  }

  async hash(password: string): Promise<string> {
    return this.#bounded(() => hash(normalize(password), cost));
  }

  /** Without a hash (no such handle) a decoy is checked and the answer is no. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const matches = await this.#bounded(() => verify(passwordHash ?? this.#decoy, normalize(password)));
    return matches && passwordHash !== undefined;
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pending >= pendingMax) throw new PasswordsBusy('Too many passwords are being checked.');
    this.#pending += 1;
    try {
      return await work();
    } finally {
      this.#pending -= 1;
    }
  }
}

/** The same characters typed on two keyboards must give the same bytes. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}
