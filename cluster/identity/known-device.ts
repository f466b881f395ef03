// A cookie that says "this browser has signed in as this person before". Wrong guesses of strangers then do not use up the
// attempts of the owner (ACC-6): they count in another bucket. The cookie proves no more than that; it signs nobody in.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const cookieName = 'skein_known';
const maxAgeSeconds = 365 * 24 * 3_600;
/** People who may have signed in with one browser and still count as known. */
const peopleMax = 4;

export class KnownDevices {
  readonly #secret: string;
  readonly #attributes: string;

  /** @param secret signs the cookies of all identity processes of the installation */
  constructor(secret: string, publicUrl: string) {
    this.#secret = secret;
    const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
    this.#attributes = `; Path=/oauth; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
  }

  /** The device's own id where it has signed in as this person before; null for a stranger. */
  of(request: IncomingMessage, handle: string): string | null {
    const mark = this.#marks(request).find((each) => this.#isValid(each, handle));
    return mark === undefined ? null : mark.split('.')[0]!;
  }

  /** Marks the browser that this answer goes to. */
  remember(request: IncomingMessage, response: ServerResponse, handle: string): void {
    const others = this.#marks(request).filter((each) => !this.#isValid(each, handle));
    const device = this.of(request, handle) ?? randomBytes(12).toString('base64url');
    const marks = [`${device}.${this.#sign(device, handle)}`, ...others].slice(0, peopleMax);
    response.appendHeader('set-cookie', `${cookieName}=${marks.join('~')}${this.#attributes}`);
  }

  #marks(request: IncomingMessage): string[] {
    const pattern = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w.~-]{1,1000})`);
    return (
      pattern
        .exec(request.headers.cookie ?? '')?.[1]
        ?.split('~')
        .slice(0, peopleMax) ?? []
    );
  }

  #isValid(mark: string, handle: string): boolean {
    const [device = '', signature = ''] = mark.split('.');
    const expected = Buffer.from(this.#sign(device, handle));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #sign(device: string, handle: string): string {
    return createHmac('sha256', this.#secret)
      .update(`known device\n${device}\n${handle}`)
      .digest('base64url');
  }
}
