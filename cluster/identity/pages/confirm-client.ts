// The question whether a program of this machine may act as the signed-in person.
import { html } from '../../edge/http/html.ts';
import { renderPage, type Page } from './page.ts';

export interface ConfirmClientPage {
  /** The interaction's address. */
  readonly base: string;
  readonly program: string;
  readonly handle: string;
  readonly formOrigin?: string | undefined;
}

export function confirmClientPage({ base, program, handle, formOrigin }: ConfirmClientPage): Page {
  return renderPage({
    title: 'Sign in a program',
    formOrigin,
    main: html`<h1>Sign ${program} in?</h1>
      <p class="lead">
        A program on this machine asks to read and write as <b>@${handle}</b>. Go on only if you have just
        started it.
      </p>
      <form method="post" action="${base}/continue">
        <button type="submit" name="answer" value="yes">Go on as @${handle}</button>
        <button type="submit" name="answer" value="no" class="quiet">Cancel</button>
      </form>`,
  });
}
