// As much of a browser as signing in takes, without scripts: cookies by path, redirects one at a time, links and forms
// found in the page. For tests and tools that sign people in over HTTP.

interface Cookie {
  readonly value: string;
  readonly path: string;
}

export interface Visited {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const redirectsMax = 20;

export class HttpBrowser {
  readonly #cookies = new Map<string, Cookie>();
  readonly #origin: string;

  constructor(publicUrl: string) {
    this.#origin = new URL(publicUrl).origin;
  }

  get(url: string): Promise<Visited> {
    return this.#request(url, { method: 'GET' });
  }

  submit(
    url: string,
    fields: Readonly<Record<string, string>>,
    origin: string = this.#origin,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Visited> {
    return this.#request(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...headers, origin },
    });
  }

  /** Follows redirects until a page, or until `stop` says that the next address is where it should end. */
  async follow(from: Visited, stop: (url: string) => boolean = () => false): Promise<Visited> {
    let visited = from;
    for (let hops = 0; hops < redirectsMax; hops += 1) {
      const location = visited.headers.get('location');
      if (location === null || visited.status < 300 || visited.status > 399) return visited;
      const next = new URL(location, visited.url).href;
      if (stop(next)) return { ...visited, url: next };
      visited = await this.get(next);
    }
    throw new Error(`More than ${redirectsMax} redirects from ${from.url}`);
  }

  hasCookie(name: string): boolean {
    return this.#cookies.has(name) || [...this.#cookies.keys()].some((key) => key.startsWith(`${name};`));
  }

  /** For looking whether a cookie's value is kept elsewhere. */
  cookie(name: string): string {
    const key = [...this.#cookies.keys()].find((each) => each.startsWith(`${name};`)) ?? '';
    return this.#cookies.get(key)?.value ?? '';
  }

  async #request(url: string, init: RequestInit): Promise<Visited> {
    const headers = new Headers(init.headers);
    headers.set('accept', 'text/html');
    const cookie = this.#cookiesFor(new URL(url).pathname);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.#remember(response.headers.getSetCookie());
    return { url, status: response.status, headers: response.headers, body: await response.text() };
  }

  #cookiesFor(pathname: string): string {
    return [...this.#cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([key, { value }]) => `${key.split(';')[0]}=${value}`)
      .join('; ');
  }

  #remember(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      const expired = attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute));
      if (value === '' || expired) this.#cookies.delete(`${name};${path}`);
      else this.#cookies.set(`${name};${path}`, { value, path });
    }
  }
}

/** The address behind a link, by its text. */
export function linkIn(page: Visited, text: string): string {
  const href = new RegExp(`<a [^>]*href="([^"]+)"[^>]*>${text}</a>`).exec(page.body)?.[1];
  if (href === undefined) throw new Error(`No link "${text}" on the page at ${page.url} (${page.status}).`);
  return new URL(href.replaceAll('&amp;', '&'), page.url).href;
}

/** Where the page's form is posted. */
export function formIn(page: Visited): string {
  const action = /<form [^>]*action="([^"]+)"/.exec(page.body)?.[1];
  if (action === undefined) throw new Error(`No form on the page at ${page.url} (${page.status}).`);
  return new URL(action.replaceAll('&amp;', '&'), page.url).href;
}
