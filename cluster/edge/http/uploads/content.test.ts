import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { limits } from '../../../../protocol/limits.ts';
// Files are made before the decoders of other kinds are blocked by content.ts.
import {
  animation,
  html,
  photoWithPlace,
  picture,
  pictures,
  pixelBomb,
  svg,
  zip,
} from './testing/pictures.ts';
import { inspect, type Inspection } from './content.ts';

async function inspectPicture(content: Buffer): Promise<Extract<Inspection, { kind: 'picture' }>> {
  const inspection = await inspect(content);
  assert.ok(inspection.kind === 'picture', JSON.stringify(inspection));
  return inspection;
}

void test('[MSG-7] pictures of each allowed kind are known by their content and get a preview', async () => {
  for (const [type, content] of Object.entries(await pictures())) {
    const { preview, cleaned, ...found } = await inspectPicture(content);
    assert.deepEqual(found, { kind: 'picture', type, width: 320, height: 200 });
    assert.equal(cleaned, null, type);
    const { format, width, height } = await sharp(preview).metadata();
    assert.deepEqual([format, width, height], ['webp', 320, 200]);
  }
});

void test('[MSG-7] a preview is at most as large as it says', async () => {
  const { preview } = await inspectPicture(await picture(2000, 1000).jpeg().toBuffer());
  const { width, height } = await sharp(preview).metadata();
  assert.deepEqual([width, height], [limits.previewSideMax, limits.previewSideMax / 2]);
});

void test('[MSG-7] where a photo was taken does not leave with it, and it stays upright', async () => {
  const { width, height, cleaned, preview } = await inspectPicture(await photoWithPlace());
  assert.deepEqual([width, height], [200, 320]);
  assert.ok(cleaned);
  const kept = await sharp(cleaned).metadata();
  // The orientation is the only tag that is left.
  assert.deepEqual([kept.orientation, kept.exif?.length, kept.xmp], [6, 32, undefined]);
  assert.deepEqual([kept.autoOrient.width, kept.autoOrient.height], [200, 320]);
  const shown = await sharp(preview).metadata();
  assert.deepEqual([shown.exif, shown.width, shown.height], [undefined, 200, 320]);
});

void test('[MSG-7] animations count by the size of a frame', async () => {
  for (const format of ['gif', 'webp'] as const) {
    const { width, height, cleaned } = await inspectPicture(await animation(5, format));
    assert.deepEqual([width, height, cleaned], [60, 40, null]);
  }
});

void test('[MSG-7] what only pretends to be a picture is a file', async () => {
  for (const content of [html, svg, Buffer.from('just text'), zip, Buffer.from([0]), Buffer.from('GIFs')]) {
    assert.equal((await inspect(content)).kind, 'file', content.toString('latin1').slice(0, 20));
  }
  assert.deepEqual(await inspect(zip), { kind: 'file', type: 'application/zip' });
  assert.deepEqual(await inspect(html), { kind: 'file', type: 'application/octet-stream' });
});

void test('[MSG-7] pictures that are cut off or damaged are refused', async () => {
  for (const [type, content] of Object.entries(await pictures())) {
    for (const part of [0.3, 0.95]) {
      const cut = content.subarray(0, Math.floor(content.length * part));
      assert.equal((await inspect(cut)).kind, 'refused', `${type} ${part}`);
    }
  }
  const png = Buffer.from(await picture().png().toBuffer());
  png.fill(0x55, 10_000, 10_200);
  assert.equal((await inspect(png)).kind, 'refused');
});

void test('[MSG-7] pictures with too many pixels are refused before they are decoded', async () => {
  const { imageSideMax, imagePixelsMax } = limits;
  for (const [width, height] of [
    [60_000, 60_000],
    [imageSideMax + 1, 10],
    [10, imageSideMax + 1],
    [imageSideMax, Math.floor(imagePixelsMax / imageSideMax) + 1],
  ] as const) {
    const before = process.cpuUsage();
    const inspection = await inspect(pixelBomb(width, height));
    assert.equal(inspection.kind, 'refused', `${width}×${height}`);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_000_000, `${user + system} µs of work`);
  }
});
