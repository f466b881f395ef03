// Schemathesis reads the OpenAPI document of a running cluster and tries every operation, with what the document allows
// and with what it forbids: whatever the server answers must be in the document, and nothing may break it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { findSchemathesis, schemathesisMissing } from '../../../../ops/testing/schemathesis-program.ts';
import { sharedCluster } from '../../../../ops/testing/shared-cluster.ts';
import type { TestCluster } from '../../../../ops/testing/test-cluster.ts';
import { rounds } from '../../../../protocol/testing/rounds.ts';
import { userIdOf } from '../../gateway/authenticator.ts';
import { RestClient } from './testing/rest-client.ts';

/** Another one finds other things: set it, and pin what it found as a test. */
const seed = Number(process.env['SKEIN_SCHEMATHESIS_SEED'] ?? 20_260_101);
const phases = rounds('examples,coverage,fuzzing,stateful', 'examples,coverage,stateful');
const examplesPerOperation = Number(process.env['SKEIN_SCHEMATHESIS_EXAMPLES'] ?? rounds(12, 3));
/** Below the limit of one user, so that refusals for haste do not stand in for the answers of interest. */
const requestsPerSecond = 80;
const timeoutMs = 240_000;

/** Without `use_after_free`: deleting twice does no harm here, and what was taken back may be put again. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'ignored_auth',
];

const missing = await schemathesisMissing();
let cluster: TestCluster;
let folder: string;

before(async () => {
  if (missing !== false) return;
  folder = mkdtempSync(path.join(os.tmpdir(), 'skein-schemathesis-'));
  ({ cluster } = await sharedCluster());
});

after(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Conversations with something in them, so that what is tried does not end at the door. */
async function world(): Promise<Record<string, readonly (string | number)[]>> {
  const rest = await RestClient.of(cluster, 'tester');
  const others = ['friend', 'colleague', 'stranger'];
  for (const subject of others) await (await RestClient.of(cluster, subject)).get('/v1/blocks');
  const ids = others.map((subject) => userIdOf(cluster.issuer.issuer, subject));
  const opened = [await rest.put(`/v1/users/${ids[0]}/conversation`)];
  for (let at = 0; at < 12; at++)
    opened.push(await rest.post('/v1/conversations', { name: `Group ${at}`, memberIds: ids.slice(0, 2) }));
  const rooms = opened.map(({ json }) => json.conversation.conversationId as string);
  for (const room of rooms) {
    for (const body of ['one', 'two', 'three']) {
      const { status } = await rest.post(`/v1/conversations/${room}/messages`, { body });
      assert.equal(status, 201);
    }
  }
  return { rooms, people: ids, messages: [2, 3, 4], emojis: ['👍', '🎉'] };
}

/** How often operations answered with each status, on all workers together. */
async function answers(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { admin } of await cluster.workers()) {
    const text = await (await fetch(`http://${admin}/metrics`)).text();
    const lines = text.matchAll(/^skein_http_requests_total\{.*status="(\w+)"\} (\d+)$/gm);
    for (const [, status, count] of lines) counts.set(status!, (counts.get(status!) ?? 0) + Number(count));
  }
  return counts;
}

/** Real ids most of the time, invented ones else. */
const bound = {
  'path.conversationId': 'rooms',
  'path.userId': 'people',
  'path.messageSeq': 'messages',
  'path.emoji': 'emojis',
  'body.memberIds[*]': 'people',
  'body.userIds[*]': 'people',
};

function configOf(dictionaries: Record<string, readonly (string | number)[]>): string {
  return [
    ...Object.entries(dictionaries).map(
      ([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}`,
    ),
    '[parameters]',
    ...Object.entries(bound).map(
      ([name, dictionary]) => `"${name}" = { dictionary = "${dictionary}", probability = 0.8 }`,
    ),
    '[auth.openapi.bearer]',
    'bearer = "${SKEIN_TOKEN}"',
    '[checks]',
    'enabled = false',
    ...checks.map((name) => `${name}.enabled = true`),
    // More ways to refuse than Schemathesis thinks of: gone, a precondition, too large, a range.
    'negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 416, 429]',
    'missing_required_header.expected-statuses = [400, 401, 412]',
    // Headers that come along are none of an operation's business.
    '[[operations]]',
    'include-operation-id = "createUpload"',
    'checks.negative_data_rejection.enabled = false',
    // It would end the token of all that follows.
    '[[operations]]',
    'include-operation-id = "signOutEverywhere"',
    'enabled = false',
    // Its body is no media type that Schemathesis can write; uploads.shared.int.test.ts says what it does.
    '[[operations]]',
    'include-operation-id = "appendToUpload"',
    'enabled = false',
  ].join('\n');
}

test('[ACC-2] the API keeps to its OpenAPI document', { skip: missing, timeout: timeoutMs }, async (t) => {
  t.diagnostic(`seed ${seed}, ${examplesPerOperation} examples for each operation`);
  const run = await findSchemathesis();
  const config = path.join(folder, 'schemathesis.toml');
  writeFileSync(config, configOf(await world()));
  const args = [
    ...['--config-file', config],
    ...['run', `${cluster.url}/v1/openapi.json`, '--url', cluster.url],
    ...['--phases', phases],
    ...['--seed', String(seed), '--max-examples', String(examplesPerOperation)],
    ...['--generation-database', 'none', '--no-color', '--request-timeout', '20'],
    ...['--rate-limit', `${requestsPerSecond}/s`, '--continue-on-failure', '--warnings', 'off'],
  ];
  const env = { SKEIN_TOKEN: await cluster.issuer.token('tester') };
  const result = await run(args, { cwd: folder, env, timeoutMs });
  t.diagnostic(JSON.stringify([...(await answers())].sort()));
  t.diagnostic(result.stdout.slice(result.stdout.lastIndexOf('SUMMARY')).slice(0, 1_500));
  assert.ok(result.ok, `${result.stdout.slice(-20_000)}\n${result.stderr.slice(-4_000)}`);
});
