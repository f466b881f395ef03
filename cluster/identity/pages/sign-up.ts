// The page where someone becomes a user. What they typed comes back with an error; the password never does.
import { handleRule, passwordRule } from '../sign-up-rules.ts';
import type { SignUpErrors } from '../sign-up-rules.ts';
import { renderField, renderNotice } from './fields.ts';
import { html } from '../../edge/http/html.ts';
import { renderPage } from './page.ts';
import type { Page } from './page.ts';

export interface SignUpPage {
  readonly base: string;
  readonly handle?: string;
  readonly displayName?: string;
  readonly errors?: SignUpErrors;
  readonly notice?: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly formOrigin?: string | undefined;
}

export function signUpPage(page: SignUpPage): Page {
  const { base, handle = '', displayName = '', errors = {}, notice } = page;
  const focus = firstWithError(errors);
  return renderPage({
    ...page,
    title: 'Create an account',
    main: html`<h1>Create an account</h1>
      <p class="lead">It takes a minute.</p>
      ${renderNotice(notice)}
      <form method="post" action="${base}/sign-up">
        ${renderField({ name: 'handle', label: 'Handle', value: handle, autocomplete: 'username', autofocus: focus === 'handle', hint: handleRule, error: errors.handle, plain: true })}
        ${renderField({ name: 'display_name', label: 'Display name', value: displayName, autocomplete: 'name', autofocus: focus === 'displayName', hint: 'What others see beside your messages.', error: errors.displayName })}
        ${renderField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', autofocus: focus === 'password', hint: passwordRule, error: errors.password, plain: true })}
        <button type="submit">Create account</button>
      </form>
      <p class="aside">Have an account? <a href="${base}/sign-in">Sign in instead</a></p>`,
  });
}

function firstWithError(errors: SignUpErrors): keyof SignUpErrors {
  if (errors.handle === undefined && errors.displayName !== undefined) return 'displayName';
  if (errors.handle === undefined && errors.password !== undefined) return 'password';
  return 'handle';
}
