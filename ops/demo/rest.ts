// The REST API as one person of the demonstration uses it: a refusal for the rate is waited out, any other is an error.
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { EmbeddedError } from '../embedded/embedded-error.ts';

const tusVersion = { 'tus-resumable': '1.0.0' };
/** More refusals of one request than this are no burst any more. */
const attemptsMax = 60;

export class RestPerson {
  readonly userId: string;
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, userId: string, token: string) {
    this.#url = url;
    this.userId = userId;
    this.#token = token;
  }

  /** The answer's JSON; null where there is none. */
  async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#send(method, path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    });
    const text = await answer.text();
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }

  /** Uploads a picture that shows the words; answers its id. */
  async upload(words: string): Promise<string> {
    const content = await sharp(Buffer.from(drawing(words)))
      .png()
      .toBuffer();
    const begun = await this.#send('POST', '/v1/uploads', {
      headers: {
        ...tusVersion,
        'upload-length': String(content.byteLength),
        'upload-metadata': `filename ${Buffer.from(`${words}.png`).toString('base64')}`,
      },
    });
    const location = begun.headers.get('location')!;
    await this.#send('PATCH', new URL(location, this.#url).pathname, {
      headers: { ...tusVersion, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
      body: new Uint8Array(content),
    });
    return location.split('/').at(-1)!;
  }

  async #send(method: string, path: string, { headers, body }: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(new URL(path, this.#url), {
        method,
        headers: { authorization: `Bearer ${this.#token}`, ...(headers as Record<string, string>) },
        ...(method === 'GET' || body === undefined ? {} : { body }),
      });
      if (answer.ok) return answer;
      const isForNow = answer.status === 429 || answer.status === 503;
      if (!isForNow || attempt === attemptsMax) {
        throw new EmbeddedError(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      }
      await answer.arrayBuffer();
      await delay(Number(answer.headers.get('retry-after') ?? '1') * 1_000);
    }
  }
}

/** A sky over hills, in colours that follow from the words. */
function drawing(words: string): string {
  const hue = [...words].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640">
    <defs><linearGradient id="sky" x2="0" y2="1">
      <stop stop-color="hsl(${hue},60%,70%)"/><stop offset="1" stop-color="hsl(${(hue + 50) % 360},70%,88%)"/>
    </linearGradient></defs>
    <rect width="960" height="640" fill="url(#sky)"/>
    <path d="M0 460 Q 220 300 420 430 T 960 380 V 640 H 0 Z" fill="hsl(${(hue + 120) % 360},30%,40%)"/>
    <path d="M0 540 Q 300 430 560 540 T 960 500 V 640 H 0 Z" fill="hsl(${(hue + 120) % 360},35%,28%)"/>
  </svg>`;
}
