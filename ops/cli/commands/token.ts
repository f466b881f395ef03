// `skein token`: an access token for trying the REST API, without clicking through the sign-in pages.
import type { Command } from 'commander';
import { examples } from '../command-line.ts';
import { badNews, wrongUse } from '../errors.ts';
import { findTarget } from '../target.ts';
import { issueTokenFor } from '../token.ts';

const lifetimeSeconds = 3_600;

export function addToken(program: Command): void {
  const command = program
    .command('token')
    .argument('<handle>', 'of someone with an account here, with or without @')
    .description('an access token of that person for trying the REST API; works for an hour')
    .action(async (handle: string) => {
      const { url, databaseUrl } = findTarget(process.env);
      if (url === undefined) {
        throw wrongUse(
          'Tokens are made here for the installation that npm start runs, and this cluster is named by NATS_URL and DATABASE_URL. Sign in there, or ask the issuer that it trusts.',
        );
      }
      const token = await issueTokenFor(handle, { publicUrl: url, databaseUrl, lifetimeSeconds });
      if (token === null)
        throw badNews(`Nobody has the handle ${handle}. Create an account at ${url} first.`);
      process.stdout.write(`${token}\n`);
      if (process.stdout.isTTY)
        process.stderr.write(`It may do everything that ${handle} may: keep it secret.\n`);
    });
  examples(
    command,
    [
      'skein token ada',
      'TOKEN=$(npm run --silent skein -- token ada)',
      'curl -H "Authorization: Bearer $TOKEN" http://localhost:8080/v1/conversations',
    ],
    'Every operation: /v1/docs on the server. Signing out everywhere ends these tokens too.',
  );
}
