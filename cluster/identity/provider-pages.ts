// The pages oidc-provider asks for while it serves its own endpoints.
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { isDatabaseAway } from '../../storage/postgres/database-away.ts';
import { brokenPage, expiredPage, failurePage, unavailablePage } from './pages/failure.ts';
import type { Page } from './pages/page.ts';
import { signOutPage, signedOutPage } from './pages/sign-out.ts';

type Ctx = KoaContextWithOIDC;

/** The part of Koa's context that a page needs, whether or not the provider has added its part. */
interface Sender {
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

export function sendInKoa(ctx: Sender, page: Page): void {
  ctx.status = page.status;
  ctx.set({ ...page.headers });
  ctx.body = page.body;
}

export function renderProviderError(ctx: Ctx, out: ErrorOut, error: Error, publicUrl: string): void {
  sendInKoa(ctx, errorPage(out, error, ctx.status, `${publicUrl}/`));
}

function errorPage(out: ErrorOut, error: Error, status: number, home: string): Page {
  if (isDatabaseAway(error)) return unavailablePage(home);
  if (error.name === 'SessionNotFound') return expiredPage(home);
  if (out.error === 'server_error') return brokenPage(home);
  return failurePage({
    status,
    home,
    title: 'This request cannot be served',
    text: 'The program that sent you here asked for something that is not possible. Go back and try again.',
    detail: [out.error, out.error_description].filter(Boolean).join(': '),
  });
}

export function renderSignOut(ctx: Ctx, providerForm: string, publicUrl: string): void {
  const { session, entities, params } = ctx.oidc;
  const hinted = entities.IdTokenHint?.payload.sub;
  const target = params?.['post_logout_redirect_uri'];
  sendInKoa(
    ctx,
    signOutPage({
      providerForm,
      home: `${publicUrl}/`,
      confirmed: hinted !== undefined && hinted === session?.accountId,
      formOrigin: typeof target === 'string' ? URL.parse(target)?.origin : undefined,
    }),
  );
}

export function renderSignedOut(ctx: Ctx, publicUrl: string): void {
  sendInKoa(ctx, signedOutPage(`${publicUrl}/`));
}
