// Signing in and signing up: the two forms in the middle of an authorization. The provider keeps the interaction; the
// browser's cookie says which one it is, so a link between the two forms loses nothing.
import type { IncomingMessage } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Log, Random } from '../../actors/runtime/ports.ts';
import { addressKey } from '../addresses.ts';
import type { AttemptLimit } from './attempt-limits.ts';
import { readForm } from './forms.ts';
import type { KnownDevices } from './known-device.ts';
import { confirmClientPage } from './pages/confirm-client.ts';
import { expiredPage, failurePage, notFoundPage } from './pages/failure.ts';
import type { Page } from './pages/page.ts';
import { signInPage } from './pages/sign-in.ts';
import { signUpPage } from './pages/sign-up.ts';
import type { Passwords } from './passwords.ts';
import { nativeClientPrompt } from './provider.ts';
import { checkSignUp, isHandle, normalizeHandle } from './sign-up-rules.ts';
import { cleanName } from '../../protocol/text/visible.ts';
import type { Users } from './users.ts';

const path = /^(\/oauth\/interaction\/([\w-]{1,128}))(?:\/(sign-in|sign-up|continue))?$/;

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface InteractionContext {
  readonly publicUrl: string;
  readonly users: Users;
  readonly passwords: Passwords;
  readonly knownDevices: KnownDevices;
  readonly reserved: ReadonlySet<string>;
  readonly signInsByDevice: AttemptLimit;
  readonly signInsByHandle: AttemptLimit;
  readonly signInsByAddress: AttemptLimit;
  readonly signUpsByAddress: AttemptLimit;
  readonly random: Random;
  readonly log: Log;
}

interface Visit {
  /** Address that the proxy saw. */
  readonly address: string;
  readonly base: string;
  readonly formOrigin: string | undefined;
}

/** A page to show, or the person who is now signed in. */
type Outcome = Page | { readonly signedIn: string; readonly handle: string };

export class Interactions {
  readonly #context: InteractionContext;
  readonly #provider: Provider;

  constructor(provider: Provider, context: InteractionContext) {
    this.#provider = provider;
    this.#context = context;
  }

  static owns(pathname: string): boolean {
    return pathname.startsWith('/oauth/interaction/');
  }

  /** Answers a page to send, or nothing when the response was a redirect and is already sent. */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    address: string,
  ): Promise<Page | undefined> {
    const { publicUrl } = this.#context;
    const home = `${publicUrl}/`;
    const match = path.exec(pathnameOf(request));
    const [, base, uid, form] = match ?? [];
    if (base === undefined) return notFoundPage(home);
    const interaction = await this.#provider.interactionDetails(request, response);
    if (interaction.uid !== uid) return expiredPage(home);
    const visit = {
      address: addressKey(address),
      base,
      formOrigin: originOf(interaction.params['redirect_uri']),
    };
    if (interaction.prompt.name === nativeClientPrompt) {
      return isLook(request)
        ? this.#confirmation(interaction, visit)
        : this.#confirm(request, response, form);
    }
    if (isLook(request)) return pageFor(interaction, visit, form);
    if (request.method !== 'POST' || form === undefined || form === 'continue') return notAForm(home);
    const fields = await readForm(request, publicUrl);
    const outcome = await (form === 'sign-in'
      ? this.#signIn(request, visit, fields)
      : this.#signUp(visit, fields));
    if (!('signedIn' in outcome)) return outcome;
    this.#context.knownDevices.remember(request, response, outcome.handle);
    const login = { accountId: outcome.signedIn, remember: true, amr: ['pwd'] };
    await this.#provider.interactionFinished(request, response, { login, create: {} });
    return undefined;
  }

  /** A program of this machine asks for what a signed-in person may do: only that person can say yes (RFC 8252, 8.6). */
  async #confirmation({ session, params }: Interaction, visit: Visit): Promise<Page> {
    const account =
      session === undefined ? undefined : await this.#context.users.findAccount(session.accountId);
    const client = await this.#provider.Client.find(String(params['client_id']));
    return confirmClientPage({
      ...visit,
      program: client?.clientName ?? 'A program',
      handle: account?.handle ?? '',
    });
  }

  async #confirm(
    request: IncomingMessage,
    response: ServerResponse,
    form: string | undefined,
  ): Promise<Page | undefined> {
    const { publicUrl } = this.#context;
    if (request.method !== 'POST' || form !== 'continue') return notAForm(`${publicUrl}/`);
    const fields = await readForm(request, publicUrl);
    const result =
      fields.get('answer') === 'yes'
        ? { [nativeClientPrompt]: {} }
        : { error: 'access_denied', error_description: 'The person said no.' };
    await this.#provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
    return undefined;
  }

  async #signIn(request: IncomingMessage, visit: Visit, fields: URLSearchParams): Promise<Outcome> {
    const { users, passwords, knownDevices, signInsByDevice, signInsByHandle, signInsByAddress, log } =
      this.#context;
    const handle = normalizeHandle(fields.get('handle') ?? '');
    const password = fields.get('password') ?? '';
    const again = (notice: string) => signInPage({ ...visit, handle, notice, status: 422 });
    if (handle === '' || password === '') return again('Enter your handle and your password.');
    const named = handle.slice(0, 64);
    const device = knownDevices.of(request, named);
    const counted: (readonly [AttemptLimit, string])[] = [
      [signInsByAddress, visit.address],
      [signInsByDevice, `${named}\n${device ?? visit.address}`],
      ...(device === null ? [[signInsByHandle, named] as const] : []),
    ];
    const limited = firstRefusal(...counted);
    if (limited !== undefined) {
      log.warn({ address: visit.address, retryAfterSeconds: limited }, 'sign-in refused: too many attempts');
      const notice = `Too many attempts. Try again in ${inWords(limited)}.`;
      return signInPage({ ...visit, handle, notice, status: 429, retryAfterSeconds: limited });
    }
    const credentials = isHandle(handle) ? await users.findCredentials(handle) : undefined;
    const right = await passwords.verify(credentials?.passwordHash, password);
    if (!right || !credentials) {
      log.warn({ address: visit.address }, 'sign-in refused: wrong handle or password');
      return again('The handle or the password is not right.');
    }
    for (const [limit, key] of counted) limit.giveBack(key);
    log.info({ userId: credentials.userId }, 'signed in');
    return { signedIn: credentials.userId, handle };
  }

  async #signUp(visit: Visit, fields: URLSearchParams): Promise<Outcome> {
    const { users, passwords, reserved, signUpsByAddress, random, log } = this.#context;
    const handle = normalizeHandle(fields.get('handle') ?? '');
    const displayName = cleanName(fields.get('display_name') ?? '');
    const password = fields.get('password') ?? '';
    const taken = 'This handle is taken. Try another one.';
    const errors = checkSignUp({ handle, displayName, password }, reserved);
    if (errors.handle === undefined && (await users.handleTaken(handle))) errors.handle = taken;
    if (Object.keys(errors).length > 0)
      return signUpPage({ ...visit, handle, displayName, errors, status: 422 });
    const limited = firstRefusal([signUpsByAddress, visit.address]);
    if (limited !== undefined) {
      const notice = `Too many accounts were created from here. Try again in ${inWords(limited)}.`;
      return signUpPage({ ...visit, handle, displayName, notice, status: 429, retryAfterSeconds: limited });
    }
    const userId = random.uuid();
    const created = await users.create({
      userId,
      handle,
      displayName,
      passwordHash: await passwords.hash(password),
    });
    if (!created)
      return signUpPage({ ...visit, handle, displayName, errors: { handle: taken }, status: 422 });
    log.info({ userId }, 'signed up');
    return { signedIn: userId, handle };
  }
}

function isLook({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function pageFor({ params }: Interaction, visit: Visit, form: string | undefined): Page {
  return form === 'sign-up' || (form === undefined && asksToCreate(params['prompt']))
    ? signUpPage(visit)
    : signInPage({ ...visit, handle: hintOf(params['login_hint']) });
}

function notAForm(home: string): Page {
  return failurePage({ status: 405, title: 'Not possible', text: 'Use the form on this page.', home });
}

function firstRefusal(...attempts: readonly (readonly [AttemptLimit, string])[]): number | undefined {
  for (const [limit, key] of attempts) {
    const attempt = limit.take(key);
    if (!attempt.allowed) return attempt.retryAfterSeconds;
  }
  return undefined;
}

function inWords(seconds: number): string {
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}

function pathnameOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

function asksToCreate(prompt: unknown): boolean {
  return typeof prompt === 'string' && prompt.split(' ').includes('create');
}

function hintOf(loginHint: unknown): string {
  return typeof loginHint === 'string' ? normalizeHandle(loginHint).slice(0, 64) : '';
}

function originOf(redirectUri: unknown): string | undefined {
  return typeof redirectUri === 'string' ? URL.parse(redirectUri)?.origin : undefined;
}
