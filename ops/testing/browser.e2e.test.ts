// The browser that every other browser test relies on: it starts, opens a local page, and keeps things in IndexedDB.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { launchBrowser } from './browser.ts';

void test('a browser opens a local page and keeps a value in IndexedDB', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>Skein</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    assert.equal(await page.title(), 'Skein');
    const kept = await page.evaluate(keepAndRead);
    assert.equal(kept, 'kept');
  } finally {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

// Runs in the page; written as text since this project's server code knows no browser globals.
const keepAndRead = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('trial', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('values');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const store = opening.result.transaction('values', 'readwrite').objectStore('values');
    store.put('kept', 'key');
    const reading = store.get('key');
    reading.onsuccess = () => resolve(reading.result);
    reading.onerror = () => reject(reading.error);
  };
})`;
