// Leaving: the question, when someone else's link might have brought them here, and the page afterwards.
import { Html, html } from '../../edge/http/html.ts';
import { renderPage } from './page.ts';
import type { Page } from './page.ts';

/** The provider's own hidden form; its buttons stand outside of it and name it. */
const formId = 'op.logoutForm';
const confirmScript = `document.getElementById('${formId}').requestSubmit(document.getElementById('confirm'));`;

export interface SignOutPage {
  readonly providerForm: string;
  readonly home: string;
  /** The client proved whom it signs out, so no question is needed; without scripts the button still asks. */
  readonly confirmed: boolean;
  readonly formOrigin?: string | undefined;
}

export function signOutPage({ providerForm, home, confirmed, formOrigin }: SignOutPage): Page {
  return renderPage({
    title: 'Sign out',
    formOrigin,
    script: confirmed ? confirmScript : undefined,
    main: html`<h1>Sign out of Skein?</h1>
      <p class="lead">You can sign in again at any time.</p>
      ${new Html(providerForm)}
      <button type="submit" form="${formId}" id="confirm" name="logout" value="yes" autofocus>
        Sign out
      </button>
      <p class="aside"><a href="${home}">Stay signed in</a></p>`,
  });
}

export function signedOutPage(home: string): Page {
  return renderPage({
    title: 'Signed out',
    main: html`<h1>You are signed out</h1>
      <p>See you soon.</p>
      <a class="button" href="${home}">Sign in again</a>`,
  });
}
