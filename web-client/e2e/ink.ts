// Where on a page something is drawn, by its pixels: what changes when it is hidden.
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

/** An element in the page. */
export interface Styled {
  readonly style: { visibility: string; overflow: string };
}

export interface Shot {
  readonly width: number;
  readonly pixels: Buffer;
}

/** From side to side of the element, over the whole height of the window, or so many pixels above and below it. */
export async function shotOver(page: Page, element: Locator, aroundPx = Infinity): Promise<Shot> {
  const box = await element.boundingBox();
  assert.ok(box !== null);
  const top = Math.max(0, box.y - aroundPx);
  const bottom = Math.min(page.viewportSize()!.height, box.y + box.height + aroundPx);
  const clip = { x: box.x, width: box.width, y: top, height: bottom - top };
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide', clip });
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, pixels: data };
}

/** Shades out of 255: the browser draws a rounded corner anew with one more or less. Ink differs by a hundred. */
const noiseShades = 8;

/** From the first row of pixels that differ to the last. */
export function differingHeight(a: Shot, b: Shot): number {
  const rowBytes = a.width * 3;
  const rowOf = ({ pixels }: Shot, row: number) => pixels.subarray(row * rowBytes, (row + 1) * rowBytes);
  const rows = Array.from({ length: a.pixels.length / rowBytes }, (_, row) => row);
  const differs = (row: number) => {
    const other = rowOf(b, row);
    return rowOf(a, row).some((shade, at) => Math.abs(shade - other[at]!) > noiseShades);
  };
  const differing = rows.filter(differs);
  return differing.length === 0 ? 0 : differing.at(-1)! + 1 - differing[0]!;
}

/** How high it is drawn, beyond its box too. */
export async function inkHeightOf(page: Page, element: Locator): Promise<number> {
  const shown = await shotOver(page, element);
  await element.evaluate(({ style }: Styled) => (style.visibility = 'hidden'));
  const hidden = await shotOver(page, element);
  await element.evaluate(({ style }: Styled) => (style.visibility = ''));
  return differingHeight(shown, hidden);
}
