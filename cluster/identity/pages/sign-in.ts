// The page where someone proves who they are.
import { renderField, renderNotice } from './fields.ts';
import { html } from '../../edge/http/html.ts';
import { renderPage } from './page.ts';
import type { Page } from './page.ts';

export interface SignInPage {
  /** The interaction's address; both forms live under it. */
  readonly base: string;
  readonly handle?: string;
  readonly notice?: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly formOrigin?: string | undefined;
}

export function signInPage(page: SignInPage): Page {
  const { base, handle = '', notice } = page;
  return renderPage({
    ...page,
    title: 'Sign in',
    main: html`<h1>Sign in</h1>
      <p class="lead">Welcome back.</p>
      ${renderNotice(notice)}
      <form method="post" action="${base}/sign-in">
        ${renderField({ name: 'handle', label: 'Handle', value: handle, autocomplete: 'username', autofocus: handle === '', plain: true })}
        ${renderField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', autofocus: handle !== '', plain: true })}
        <button type="submit">Sign in</button>
      </form>
      <p class="aside">New here? <a href="${base}/sign-up">Create an account</a></p>`,
  });
}
