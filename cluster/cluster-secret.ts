// The secret that all hosts of a cluster share: 32 random bytes in a file that its owner alone may read. Everything by
// which the parts of a cluster know each other is derived from it, one key for each purpose, so that a host joins by
// bringing this one file, and a part that is given its own key learns no other.
import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from './config-error.ts';

const lengthMin = 32;
const othersMayRead = 0o004;

export class ClusterSecret {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** 32 bytes that tell nothing of the secret or of what is derived for another purpose. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, 'skein cluster secret', purpose, 32));
  }

  deriveText(purpose: string): string {
    return this.derive(purpose).toString('base64url');
  }

  /** Tells two secrets apart, and may be shown to anyone. */
  get name(): string {
    return createHash('sha256').update(this.derive('name')).digest('hex').slice(0, 12);
  }
}

/** SKEIN_CLUSTER_SECRET_FILE, or a file in the state folder. */
export function clusterSecretFile(
  environment: Readonly<Record<string, string | undefined>>,
  stateDir: string,
): string {
  return environment['SKEIN_CLUSTER_SECRET_FILE'] || path.join(stateDir, 'secrets', 'cluster');
}

/** Throws ConfigError when the file cannot be used; null when there is none. */
export function readClusterSecret(file: string): ClusterSecret | null {
  try {
    const found = statSync(file);
    if (found.isDirectory())
      throw new ConfigError(`${file} is a folder, and should be a file with the secret.`);
    if ((found.mode & othersMayRead) !== 0) {
      throw new ConfigError(
        `Every user of this machine may read ${file}, which has to be secret: chmod 600 it.`,
      );
    }
    const text = readFileSync(file, 'utf8').trim();
    if (text.length >= lengthMin) return new ClusterSecret(text);
    throw new ConfigError(
      `${file} holds no secret of ${lengthMin} characters or more: bring it back from a backup, or from another host.`,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${file} cannot be read (${String(error)}).`);
  }
}

/** Makes the secret when there is none: the first start of an installation. */
export function openClusterSecret(file: string): ClusterSecret {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // On a read-only mount it is there, or the sentence below says that it is missing.
    if (code !== 'EEXIST' && code !== 'EROFS' && code !== 'EACCES') throw error;
  }
  const secret = readClusterSecret(file);
  if (secret) return secret;
  throw new ConfigError(`${file} is missing and cannot be made: bring it from another host of the cluster.`);
}
