// Files in messages as two people live them: pictures, files, a connection that breaks in the middle, and what is
// refused.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Download } from 'playwright-core';
import sharp from 'sharp';
import { limits } from '../../protocol/limits.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes, eventually } from './waiting.ts';

const adaIs = { handle: 'ada_coleman', displayName: 'Ada Coleman' };
const bobIs = { handle: 'bob_moog', displayName: 'Bob Moog' };
/** Slow enough that a network that ends in the middle ends in the middle. */
const slowBytesPerSecond = 1_500_000;

const story = new Story();
const step = story.step.bind(story);
let ada: Talker;
let bob: Talker;

async function shot(talker: Talker, name: string): Promise<void> {
  const folder = process.env['SKEIN_E2E_PICTURES'];
  if (folder) await talker.page.screenshot({ path: `${folder}/${name}.png` });
}

async function choose(
  talker: Talker,
  files: { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  await talker.screen.at('file-chooser').setInputFiles(files);
}

/** Names in the strip above the text, with how they stand. */
async function strip(talker: Talker): Promise<string> {
  const states = await talker.screen
    .at('upload')
    .evaluateAll((items: { dataset: Record<string, string> }[]) =>
      items.map(({ dataset }) => dataset['state']),
    );
  return states.join();
}

async function contentOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

function photo(width: number, height: number, colour: string): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({ create: { width, height, channels: 3, background: colour, noise } })
    .png()
    .toBuffer();
}

step(
  '[MSG-7] a picture is shown before it is sent, stands in the thread in its size, and opens large',
  async () => {
    const screens = await Promise.all([story.arrive(adaIs), story.arrive(bobIs)]);
    [ada, bob] = screens.map((screen) => new Talker(screen)) as [Talker, Talker];
    await Promise.all([ada.screen.person.openChatWith(bobIs), bob.screen.person.openChatWith(adaIs)]);
    const buffer = await photo(1200, 800, '#3a5a8c');
    await choose(ada, [{ name: 'yarn.png', mimeType: 'image/png', buffer }]);
    await ada.screen.at('upload').locator('img').waitFor();
    await becomes('the upload', () => strip(ada), 'ready');
    await shot(ada, 'upload-ready');
    await ada.write('look at this');
    await bob.row('look at this').getByTestId('picture').locator('img').waitFor();
    const box = await bob.row('look at this').getByTestId('picture').boundingBox();
    assert.deepEqual([Math.round(box!.width), Math.round(box!.height)], [320, 213]);
    await shot(bob, 'picture-inline');
    await bob.row('look at this').getByTestId('picture').click();
    await bob.page.locator('[data-testid=lightbox-picture][data-whole=true]').waitFor();
    await shot(bob, 'lightbox');
    const downloading = bob.page.waitForEvent('download');
    await bob.page.getByRole('button', { name: 'Download yarn.png' }).click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), 'yarn.png');
    assert.equal((await sharp(await contentOf(download)).metadata()).width, 1200);
    await bob.page.keyboard.press('Escape');
    await bob.screen.at('lightbox').waitFor({ state: 'detached' });
    await bob.screen.person.reload();
    await bob.row('look at this').getByTestId('picture').locator('img').waitFor();
  },
);

step('[MSG-7] files without words go along too, and are downloaded as they were', async () => {
  const buffer = randomBytes(300_000);
  await choose(bob, [
    { name: 'Plän B.bin', mimeType: 'application/octet-stream', buffer },
    { name: 'a.png', mimeType: 'image/png', buffer: await photo(60, 60, '#b3372f') },
    { name: 'b.png', mimeType: 'image/png', buffer: await photo(80, 200, '#2e8b57') },
  ]);
  // At once: sending waits for the uploads.
  await bob.composer.press('Enter');
  const row = ada.page.getByTestId('message').filter({ has: ada.page.getByTestId('file') });
  await row.getByText('Plän B.bin').waitFor();
  assert.equal(await bob.screen.at('upload').count(), 0);
  await row.getByText('293 KB').waitFor();
  const downloading = ada.page.waitForEvent('download');
  await row.getByTestId('file').click();
  assert.ok((await contentOf(await downloading)).equals(buffer));
  await row.getByTestId('picture').first().click();
  await ada.screen.at('lightbox').getByText('1 of 2').waitFor();
  await ada.page.keyboard.press('ArrowRight');
  await ada.screen.at('lightbox').getByText('2 of 2').waitFor();
  await ada.page.keyboard.press('Escape');
});

step('[MSG-7][OFF-2] an upload that the network cuts off goes on from what has arrived', async () => {
  const session = await ada.page.context().newCDPSession(ada.page);
  const speed = (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await session.send('Network.enable');
  const offsets: number[] = [];
  ada.page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
  });
  await speed(slowBytesPerSecond);
  const buffer = randomBytes(9_000_000);
  await choose(ada, [{ name: 'large.bin', mimeType: 'application/octet-stream', buffer }]);
  await ada.composer.fill('the large one');
  await ada.composer.press('Enter');
  await ada.screen.at('waits-for-files').waitFor();
  const progress = ada.screen.at('upload').locator('progress');
  await eventually('a part has gone up', async () => Number(await progress.getAttribute('value')) > 0.3);
  await ada.screen.person.network(false);
  await becomes('the upload', () => strip(ada), 'paused');
  await shot(ada, 'upload-paused');
  await speed(-1);
  await ada.screen.person.network(true);
  await bob.row('the large one').getByText('large.bin').waitFor();
  assert.ok(offsets.length >= 2 && offsets.at(-1)! > 0, `it began anew: ${offsets.join()}`);
  const downloading = bob.page.waitForEvent('download');
  await bob.row('the large one').getByTestId('file').click();
  assert.ok((await contentOf(await downloading)).equals(buffer));
  await session.detach();
});

step('[MSG-7] what is refused says why, and what can be sent still is', async () => {
  await choose(ada, [
    { name: 'huge.bin', mimeType: 'video/mp4', buffer: Buffer.alloc(limits.attachmentBytesMax + 1) },
    {
      name: 'broken.png',
      mimeType: 'image/png',
      buffer: (await photo(200, 200, '#808080')).subarray(0, 3000),
    },
    { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    { name: 'good.txt', mimeType: 'text/plain', buffer: Buffer.from('good') },
  ]);
  await becomes('the uploads', () => strip(ada), 'failed,failed,failed,ready');
  await shot(ada, 'upload-refused');
  const reasons = await ada.screen.at('upload-failure').allTextContents();
  assert.match(reasons[0]!, /at most 25 MB/);
  assert.match(reasons[1]!, /damaged or oversized picture/);
  assert.match(reasons[2]!, /empty/);
  await ada.write('with the rest');
  assert.match((await ada.screen.at('send-refusal').textContent()) ?? '', /Remove the files/);
  for (const name of ['huge.bin', 'broken.png', 'empty.txt']) {
    await ada.page.getByRole('button', { name: `Remove ${name}` }).click();
  }
  await ada.composer.press('Enter');
  await bob.row('with the rest').getByText('good.txt').waitFor();
});

step('[MSG-7] pasted cells of a spreadsheet are their text; their picture is offered', async () => {
  await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  await ada.page.evaluate(`navigator.clipboard.write([new ClipboardItem({
    'text/plain': new Blob(['a1\\tb1'], { type: 'text/plain' }),
    'text/html': new Blob(['<table><tr><td>a1<td>b1</table>'], { type: 'text/html' }),
    'image/png': new Blob([Uint8Array.fromBase64('${picture.toString('base64')}')], { type: 'image/png' }),
  })])`);
  await ada.composer.focus();
  await ada.page.keyboard.press('Control+V');
  await becomes('the text', () => ada.composer.inputValue(), 'a1\tb1');
  assert.equal(await strip(ada), '');
  await ada.screen.at('attach-offered').click();
  await becomes('the strip', () => strip(ada), 'ready');
  await ada.write('a1 and its picture');
  await bob.row('a1 and its picture').waitFor();
});

step('[MSG-7] more files than a message carries are not taken; pasted and dropped ones are', async () => {
  const files = Array.from({ length: 12 }, (_, i) => ({
    name: `${i}.txt`,
    mimeType: 'text/plain',
    buffer: Buffer.from(`file ${i}`),
  }));
  await choose(ada, files);
  await becomes(
    'the number of files',
    () => ada.screen.at('upload').count(),
    limits.attachmentsPerMessageMax,
  );
  assert.match((await ada.screen.at('send-refusal').textContent()) ?? '', /can carry 10 files/);
  for (let left = limits.attachmentsPerMessageMax; left > 0; left--) {
    await ada.screen
      .at('upload')
      .first()
      .getByRole('button', { name: /^Remove/ })
      .click();
  }
  await ada.page.evaluate(`(() => {
    const transfer = () => {
      const data = new DataTransfer();
      data.items.add(new File(['words'], 'words.txt', { type: 'text/plain' }));
      return data;
    };
    const area = document.querySelector('[data-testid=composer]');
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer(), bubbles: true, cancelable: true }));
    const drop = { dataTransfer: transfer(), bubbles: true, cancelable: true };
    area.dispatchEvent(new DragEvent('dragenter', drop));
    area.dispatchEvent(new DragEvent('drop', drop));
  })()`);
  await becomes('the uploads', () => strip(ada), 'ready,ready');
  await ada.write('pasted and dropped');
  await becomes('the files', () => bob.row('pasted and dropped').getByTestId('file').count(), 2);
});

step('[MSG-5][MSG-7] with a message its files vanish', async () => {
  await bob.row('pasted and dropped').waitFor();
  await ada.choose('pasted and dropped', 'Delete…');
  await ada.screen.at('confirm').click();
  await becomes('the message', () => bob.row('pasted and dropped').count(), 0);
  assert.deepEqual(story.errors, []);
});
