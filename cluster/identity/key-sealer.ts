// Seals what PostgreSQL keeps of secrets, so that a copy of the database opens nothing. A sealed value is bound to its
// context: moved to another row it does not open.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { ClusterSecret } from '../cluster-secret.ts';
import { secretPurposes } from '../secret-purposes.ts';

const algorithm = 'aes-256-gcm';
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** It was sealed by another key, for another place, or changed since. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

export class KeySealer {
  readonly #key: Buffer;
  /** Tells sealing keys apart, and may be shown to anyone. */
  readonly name: string;

  /** @param secret 32 random bytes in base64url */
  constructor(secret: string) {
    this.#key = Buffer.from(secret, 'base64url');
    if (this.#key.length !== 32) throw new Error('a sealing key has 32 bytes');
    this.name = createHash('sha256').update('name').update(this.#key).digest('hex').slice(0, 12);
  }

  seal(plain: string, context: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(context));
    const box = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), box]);
  }

  /** Throws SealBroken. */
  open(sealed: Buffer, context: string): string {
    try {
      const nonce = sealed.subarray(1, 1 + nonceBytes);
      const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
      const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      const box = sealed.subarray(1 + nonceBytes + tagBytes);
      return Buffer.concat([decipher.update(box), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SealBroken('a sealed value does not open', { cause });
    }
  }
}

/** Opens what the identity provider of that cluster sealed. */
export function sealerOf(secret: ClusterSecret): KeySealer {
  return new KeySealer(secret.deriveText(secretPurposes.identityKeys));
}
