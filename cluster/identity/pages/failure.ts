// Pages for requests that cannot be served: what happened, in words, and what to do next.
import { html } from '../../edge/http/html.ts';
import { renderPage } from './page.ts';
import type { Page } from './page.ts';

export interface FailurePage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly home: string;
  /** For whoever has to explain it to an operator, such as an OAuth error code. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
}

const databaseRetryAfterSeconds = 5;

export function failurePage({ status, title, text, home, detail, retryAfterSeconds }: FailurePage): Page {
  return renderPage({
    title,
    status,
    retryAfterSeconds,
    main: html`<h1>${title}</h1>
      <p>${text}</p>
      <a class="button" href="${home}">Back to Skein</a>
      ${detail !== undefined && html`<p class="detail">${detail}</p>`}`,
  });
}

export function expiredPage(home: string): Page {
  return failurePage({
    status: 400,
    title: 'This page has expired',
    text: 'It was open for too long, or it was used already. Start again from Skein.',
    home,
  });
}

export function unavailablePage(home: string): Page {
  return failurePage({
    status: 503,
    title: 'Back in a moment',
    text: 'Skein cannot reach its records right now. Wait a few seconds and reload this page.',
    home,
    retryAfterSeconds: databaseRetryAfterSeconds,
  });
}

export function notFoundPage(home: string): Page {
  return failurePage({ status: 404, title: 'No such page', text: 'There is nothing at this address.', home });
}

export function brokenPage(home: string): Page {
  return failurePage({
    status: 500,
    title: 'Something went wrong',
    text: 'This is our mistake, not yours, and it has been recorded. Try again.',
    home,
  });
}
