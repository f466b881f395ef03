import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../protocol/limits.ts';
import { contentDisposition, sanitiseFileName } from './file-names.ts';

void test('[MSG-7] a harmless name stays as it is', () => {
  for (const name of [
    'photo.jpg',
    'Übersicht 2024 (final).pdf',
    '写真.png',
    'a',
    'archive.tar.gz',
    "it's.txt",
  ]) {
    assert.equal(sanitiseFileName(name), name);
  }
});

void test('[MSG-7] what could act, hide or mislead is taken out of a name', () => {
  const cases: Record<string, string> = {
    '': 'file',
    '..': 'file',
    '../../etc/passwd': 'passwd',
    'C:\\Windows\\system32\\cmd.exe': 'cmd.exe',
    '.bashrc': 'bashrc',
    'trailing. . ': 'trailing',
    'two\r\nSet-Cookie: x=1': 'twoSet-Cookie_ x=1',
    'nul\0byte.png': 'nulbyte.png',
    'invoice\u202Egpj.exe': 'invoicegpj.exe',
    'zero\u200Bwidth\uFEFF.txt': 'zerowidth.txt',
    'quote".html': 'quote_.html',
    'a<b>c|d?e*f.txt': 'a_b_c_d_e_f.txt',
    '%2e%2e%2fx': '_2e_2e_2fx',
    'CON.txt': '_CON.txt',
    lpt1: '_lpt1',
    'lone\uD800surrogate': 'lone\uFFFDsurrogate',
    'cafe\u0301.png': 'caf\u00e9.png',
    '   ': 'file',
  };
  for (const [given, expected] of Object.entries(cases))
    assert.equal(sanitiseFileName(given), expected, given);
});

void test('[MSG-7] a long name keeps its extension and is cut between characters', () => {
  const name = sanitiseFileName(`${'x'.repeat(300)}.jpeg`);
  assert.equal(name.length, limits.attachmentNameLengthMax);
  assert.ok(name.endsWith('x.jpeg'));
  const emoji = sanitiseFileName('😀'.repeat(200));
  assert.ok(emoji.length <= limits.attachmentNameLengthMax && emoji.isWellFormed());
});

void test('sanitising again changes nothing', () => {
  for (const given of [
    '. .a. .',
    `${'y'.repeat(118)} .z`,
    'con',
    '....',
    'a/b\\c',
    `${'é'.repeat(200)}.${'w'.repeat(40)}`,
  ]) {
    const once = sanitiseFileName(given);
    assert.equal(sanitiseFileName(once), once, given);
  }
});

void test('the header for a download carries any name and nothing else', () => {
  assert.equal(
    contentDisposition('inline', 'a b.png'),
    `inline; filename="a b.png"; filename*=UTF-8''a%20b.png`,
  );
  const header = contentDisposition('attachment', `né"\\'(1)*.txt`);
  assert.equal(
    header,
    `attachment; filename="n___'(1)*.txt"; filename*=UTF-8''n%C3%A9%22%5C%27%281%29%2A.txt`,
  );
});
