// The machine's own archive is found in both formats that apt reads, whatever else is configured beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveOf, parseSources, renderSource } from './apt-sources.ts';

const stanzas = `
Types: deb
# a comment in between
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://elsewhere.example/tool
Suites: bookworm
Components: main
`;

const lines = `
# deb http://commented.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/keys/tool.gpg] http://elsewhere.example/tool stable main
deb [signed-by=/etc/keys/a.gpg] http://mirror.example/debian bookworm main contrib # trailing
`;

void test('finds the archive among stanzas', () => {
  assert.deepEqual(archiveOf(parseSources(stanzas, 'deb822'), 'bookworm'), {
    uris: ['http://mirror.example/debian'],
    suites: ['bookworm'],
    components: ['main'],
    trust: { 'signed-by': '/usr/share/keyrings/archive.gpg' },
  });
});

void test('finds the archive among lines', () => {
  assert.deepEqual(archiveOf(parseSources(lines, 'line'), 'bookworm'), {
    uris: ['http://mirror.example/debian'],
    suites: ['bookworm'],
    components: ['main', 'contrib'],
    trust: { 'signed-by': '/etc/keys/a.gpg' },
  });
});

void test('answers nothing where no source is the distribution itself', () => {
  assert.equal(archiveOf(parseSources(lines, 'line'), 'trixie'), undefined);
});

void test('what is rendered reads back the same', () => {
  const [source] = parseSources(stanzas, 'deb822');
  assert.ok(source);
  assert.deepEqual(parseSources(renderSource(source), 'deb822'), [source]);
});
