// A certificate authority of a test's own, for servers on the loopback address.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onPath } from '../embedded/program-cache.ts';
import { runCommand } from '../embedded/run-command.ts';

export interface Authority {
  /** Its own certificate, for those who are to believe it. */
  readonly caFile: string;
  /** A server's certificate for 127.0.0.1 and localhost, and its key. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** For the `skip` of tests that need certificates; a failure under CI, as for Redis. */
export function opensslMissing(): string | false {
  if (onPath('openssl')) return false;
  if (process.env['CI'] === 'true') throw new Error('openssl is missing');
  return 'openssl is missing';
}

export async function makeAuthority(folder: string): Promise<Authority> {
  mkdirSync(folder, { recursive: true });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const certify = async (...args: string[]) => {
    const { ok, stderr } = await runCommand('openssl', ['req', '-x509', ...key, ...args], {
      cwd: folder,
      timeoutMs: 30_000,
    });
    if (!ok) throw new Error(stderr);
  };
  await certify('-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  const names = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const signedBy = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'basicConstraints=critical,CA:FALSE'];
  await certify(...names, ...signedBy, '-keyout', 'server.key', '-out', 'server.pem');
  const file = (name: string) => path.join(folder, name);
  return { caFile: file('ca.pem'), certFile: file('server.pem'), keyFile: file('server.key') };
}
