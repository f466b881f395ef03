// A finger on a touch screen, by the browser's own input: it rests, moves and is lifted, and the browser makes of that what
// it makes of a real one (a tap, a scroll, a long press).
import assert from 'node:assert/strict';
import type { CDPSession, Locator, Page } from 'playwright-core';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export class Finger {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async on(page: Page): Promise<Finger> {
    return new Finger(page, await page.context().newCDPSession(page));
  }

  async put(at: Point): Promise<void> {
    await this.#send('touchStart', [at]);
  }

  /** In small steps, as the browser hears of a real one. */
  async drag(from: Point, to: Point): Promise<void> {
    const steps = 8;
    await this.put(from);
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      await this.#send('touchMove', [
        { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part },
      ]);
    }
  }

  async lift(): Promise<void> {
    await this.#send('touchEnd', []);
    // By then the browser has made of it what it makes of it.
    await this.#page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
  }

  async tap(at: Point): Promise<void> {
    await this.put(at);
    await this.lift();
  }

  async middleOf(element: Locator): Promise<Point> {
    await element.waitFor();
    const box = await element.boundingBox();
    assert.ok(box !== null);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async #send(type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]): Promise<void> {
    await this.#session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}
