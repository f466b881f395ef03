// Everything that cameras, programs and people put beside a picture, in each kind of file and in each place where it fits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { rounds } from '../../../../../protocol/testing/rounds.ts';
import { chance } from '../../../../../protocol/testing/seeded-random.ts';
import type { PictureType } from '../content-types.ts';
import { animation, photoWithPlace, picture, pictures } from '../testing/pictures.ts';
import { strip } from './strip.ts';
import { Unsure } from './unsure.ts';

const secret = 'latitude 51.5007 taken by Somebody';
const words = Buffer.from(secret);

function withBytes(content: Buffer, at: number, inserted: Buffer): Buffer {
  return Buffer.concat([content.subarray(0, at), inserted, content.subarray(at)]);
}
const jpegSegment = (marker: number, body: Buffer) =>
  Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
function pngChunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}
const webpChunk = (type: string, body: Buffer) => {
  const head = Buffer.from(`${type}....`, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
};
const withinRiff = (content: Buffer) => {
  content.writeUInt32LE(content.length - 8, 4);
  return content;
};
const subBlocks = (body: Buffer) => Buffer.concat([Buffer.from([body.length]), body, Buffer.from([0])]);
const box = (type: string, body: Buffer) => {
  const head = Buffer.from(`....${type}`, 'latin1');
  head.writeUInt32BE(body.length + 8, 0);
  return Buffer.concat([head, body]);
};

const plain = await pictures();
const jpeg = plain['image/jpeg'];
const png = plain['image/png'];
const gif = plain['image/gif'];
const avif = plain['image/avif'];
const webp = plain['image/webp'];
const endOfPng = png.length - 12;
const extended = await sharp(webp)
  .withExif({ IFD0: { Artist: secret } })
  .webp()
  .toBuffer();
const afterImageHead = 33;

const constructs: [name: string, type: PictureType, content: Buffer][] = [
  [
    'EXIF of a camera',
    'image/jpeg',
    await picture()
      .jpeg()
      .withExif({ IFD0: { Artist: secret } })
      .toBuffer(),
  ],
  [
    'XMP',
    'image/jpeg',
    withBytes(
      jpeg,
      2,
      jpegSegment(0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), words])),
    ),
  ],
  [
    'IPTC of Photoshop',
    'image/jpeg',
    withBytes(jpeg, 2, jpegSegment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0'), words]))),
  ],
  ['a comment', 'image/jpeg', withBytes(jpeg, 2, jpegSegment(0xfe, words))],
  ['an unknown segment', 'image/jpeg', withBytes(jpeg, 2, jpegSegment(0xeb, words))],
  [
    'a second picture of a phone',
    'image/jpeg',
    withBytes(jpeg, 2, jpegSegment(0xe2, Buffer.concat([Buffer.from('MPF\0'), words]))),
  ],
  [
    'a thumbnail in JFIF',
    'image/jpeg',
    withBytes(jpeg, 2, jpegSegment(0xe0, Buffer.concat([Buffer.from('JFXX\0'), words]))),
  ],
  ['bytes behind the end', 'image/jpeg', Buffer.concat([jpeg, words])],
  ['a comment before the end', 'image/jpeg', withBytes(jpeg, jpeg.length - 2, jpegSegment(0xfe, words))],
  ['EXIF before the picture', 'image/png', withBytes(png, afterImageHead, pngChunk('eXIf', words))],
  ['EXIF behind the picture', 'image/png', withBytes(png, endOfPng, pngChunk('eXIf', words))],
  [
    'text',
    'image/png',
    withBytes(png, afterImageHead, pngChunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), words]))),
  ],
  [
    'late text',
    'image/png',
    withBytes(png, endOfPng, pngChunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), words]))),
  ],
  [
    'international text',
    'image/png',
    withBytes(
      png,
      endOfPng,
      pngChunk('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0'), words])),
    ),
  ],
  ['a time', 'image/png', withBytes(png, endOfPng, pngChunk('tIME', words.subarray(0, 7)))],
  ['a chunk of a program', 'image/png', withBytes(png, endOfPng, pngChunk('prVt', words))],
  ['bytes behind the end', 'image/png', Buffer.concat([png, words])],
  ['EXIF', 'image/webp', extended],
  ['XMP', 'image/webp', withinRiff(Buffer.concat([extended, webpChunk('XMP ', words)]))],
  ['an unknown chunk', 'image/webp', withinRiff(Buffer.concat([extended, webpChunk('PRVT', words)]))],
  [
    'an unknown chunk in the simple format',
    'image/webp',
    withinRiff(Buffer.concat([webp, webpChunk('PRVT', words)])),
  ],
  ['bytes behind the end', 'image/webp', Buffer.concat([webp, words])],
  [
    'a comment',
    'image/gif',
    withBytes(gif, gif.length - 1, Buffer.concat([Buffer.from([0x21, 0xfe]), subBlocks(words)])),
  ],
  [
    'text',
    'image/gif',
    withBytes(gif, gif.length - 1, Buffer.concat([Buffer.from([0x21, 0x01]), subBlocks(words)])),
  ],
  [
    'XMP',
    'image/gif',
    withBytes(
      gif,
      gif.length - 1,
      Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from('XMP DataXMP'), subBlocks(words)]),
    ),
  ],
  ['bytes behind the end', 'image/gif', Buffer.concat([gif, words])],
  [
    'EXIF',
    'image/avif',
    await picture()
      .avif({ effort: 0 })
      .withExif({ IFD0: { Artist: secret } })
      .toBuffer(),
  ],
  ['a box of a program', 'image/avif', Buffer.concat([avif, box('uuid', words)])],
  ['free space', 'image/avif', Buffer.concat([avif, box('free', words)])],
];

const pixelsOf = (content: Uint8Array) => sharp(content).raw().toBuffer();

for (const [name, type, content] of constructs) {
  void test(`[MSG-7] ${type}: ${name} is taken out, and the picture stays as it is`, async () => {
    assert.ok(content.includes(words.subarray(0, 7)), 'the test has put something in');
    const stripped = strip(content, type, 1);
    assert.equal(stripped.includes(words.subarray(0, 7)), false);
    assert.deepEqual(await pixelsOf(stripped), await pixelsOf(content));
    const { exif, xmp, iptc, comments } = await sharp(stripped).metadata();
    // AVIF keeps the place of what it lost, with nothing in it.
    assert.ok(exif === undefined || exif.every((byte) => byte === 0));
    assert.deepEqual([xmp, iptc, comments], [undefined, undefined, undefined]);
    assert.deepEqual(strip(stripped, type, 1), stripped, 'a second time changes nothing');
  });
}

void test('[MSG-7] what has nothing but a picture in it stays as it came, animations too', async () => {
  for (const [type, content] of Object.entries(plain)) {
    assert.deepEqual(strip(content, type as PictureType, 1), content, type);
  }
  for (const format of ['gif', 'webp'] as const) {
    const content = await animation(5, format);
    const stripped = strip(content, `image/${format}`, 1);
    const { pages, delay } = await sharp(stripped, { animated: true }).metadata();
    assert.deepEqual([pages, delay?.length], [5, 5], format);
  }
});

void test('[MSG-7] the side that is up is the only tag that stays', async () => {
  const lying = await photoWithPlace();
  const stripped = strip(lying, 'image/jpeg', 6);
  assert.equal((await sharp(stripped).metadata()).orientation, 6);
  assert.deepEqual(await pixelsOf(stripped), await pixelsOf(lying));
  for (const [type, content] of [
    ['image/png', png],
    ['image/webp', extended],
  ] as const) {
    assert.equal((await sharp(strip(content, type, 8)).metadata()).orientation, 8, type);
  }
});

void test('[MSG-7] a large picture is read once, not encoded anew', async () => {
  const large = await picture(1600, 1200)
    .jpeg({ quality: 95 })
    .withExif({ IFD0: { Artist: secret } })
    .toBuffer();
  const before = process.cpuUsage();
  strip(large, 'image/jpeg', 1);
  const { user, system } = process.cpuUsage(before);
  const encodingBefore = process.cpuUsage();
  await sharp(large).jpeg().toBuffer();
  const encoding = process.cpuUsage(encodingBefore);
  assert.ok(user + system < (encoding.user + encoding.system) / 4, `${user + system} µs`);
});

void test('[MSG-7] damaged files are refused as such, in a time that their length bounds', () => {
  const random = chance(20_261_130);
  for (const [_name, type, content] of constructs) {
    for (let round = 0; round < rounds(200, 40); round++) {
      const damaged = Buffer.from(content.subarray(0, 1 + Math.floor(random() * content.length)));
      for (let flips = Math.floor(random() * 8); flips > 0; flips--) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      try {
        assert.ok(strip(damaged, type, 1).length <= damaged.length + 64);
      } catch (error) {
        assert.ok(error instanceof Unsure, String(error));
      }
    }
  }
});
