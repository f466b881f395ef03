// The frame around every identity page, and how it is sent: one HTML document, no script (but one, by its hash), no
// request to anywhere else.
import { createHash } from 'node:crypto';
import { Html, html } from '../../edge/http/html.ts';
import { style } from './style.ts';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PageContents {
  readonly title: string;
  readonly main: Html;
  readonly status?: number;
  /** Where a form on this page may lead in the end, besides our own origin. */
  readonly formOrigin?: string | undefined;
  /** Scripts that may run, exactly as written. */
  readonly script?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Three threads of one skein, crossing. */
const threads = html`<svg
  viewBox="0 0 40 26"
  fill="none"
  stroke-width="2.5"
  stroke-linecap="round"
  aria-hidden="true"
>
  <path d="M2 21C9 21 11 5 20 5s11 16 18 16" stroke="#8fb0e0" />
  <path d="M2 13C6 13 8 18 13 18S21 8 27 8s7 5 11 5" stroke="#c08a4e" />
  <path d="M2 5C9 5 11 21 20 21S31 5 38 5" stroke="#4a6fa8" />
</svg>`;

const icon = `data:image/svg+xml,${encodeURIComponent(threads.text.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '))}`;
/** Built apart from the template: what the policy admits is its text to the last space. */
const styleElement = new Html(`<style>${style}</style>`);
const styleHash = sha256(style);

export function renderPage(contents: PageContents): Page {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${contents.title} · Skein</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="theme-color" content="#f6f5f2" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#161615" media="(prefers-color-scheme: dark)" />
        <link rel="icon" href="${icon}" />
        ${styleElement}
      </head>
      <body>
        <div class="wordmark">${threads}<span>Skein</span></div>
        <main>${contents.main}</main>
        ${contents.script !== undefined && new Html(`<script>${contents.script}</script>`)}
      </body>
    </html> `;
  return { status: contents.status ?? 200, headers: headersOf(contents), body: document.text };
}

function headersOf({ formOrigin, script, retryAfterSeconds }: PageContents): Record<string, string> {
  const policy = [
    `default-src 'none'`,
    `style-src 'sha256-${styleHash}'`,
    `script-src ${script === undefined ? `'none'` : `'sha256-${sha256(script)}'`}`,
    `img-src data:`,
    // Browsers apply it to the redirects after a form too, so a native client's loopback origin has to be named.
    `form-action 'self'${formOrigin === undefined ? '' : ` ${formOrigin}`}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
