// How oidc-provider is set up (ACC-1): authorization code with PKCE, refresh tokens that rotate, access tokens that
// are JWTs for the audience `skein`, and no consent page, since every client is our own.
import { Provider, errors, interactionPolicy } from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { JWK } from 'jose';
import type pg from 'pg';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { firstPartyClients } from './clients.ts';
import { isDatabaseAway } from '../../storage/postgres/database-away.ts';
import { signingAlgorithm } from './keys.ts';
import type { IdentityKeys } from './keys.ts';
import { renderProviderError, renderSignOut, renderSignedOut } from './provider-pages.ts';
import { pgAdapter } from './pg-adapter.ts';
import type { Users } from './users.ts';

export const audience = 'skein';
export const mountPath = '/oauth';
export const nativeClientPrompt = 'native_client';
const apiScope = 'skein';

const hour = 3_600;
const day = 24 * hour;
const ttlSeconds = {
  AccessToken: hour,
  AuthorizationCode: 60,
  /** A grant outlives the refresh tokens under it; it is prolonged at each authorization. */
  Grant: 365 * day,
  IdToken: hour,
  Interaction: hour,
  /** Since its last use: each rotation starts anew. */
  RefreshToken: 30 * day,
  Session: 14 * day,
};

export interface ProviderContext {
  readonly publicUrl: string;
  readonly database: pg.Pool;
  readonly keys: IdentityKeys;
  readonly users: Users;
  readonly clock: Clock;
  readonly log: Log;
}

export function createProvider(context: ProviderContext): Provider {
  const { publicUrl, log } = context;
  const provider = new Provider(`${publicUrl}${mountPath}`, configure(context));
  provider.proxy = true;
  // Signing out ends the refresh tokens of this browser too; the provider would spare those that outlive a session.
  provider.on('authorization.success', ({ oidc }) => {
    if (oidc.client && oidc.session)
      oidc.session.authorizationFor(oidc.client.clientId).persistsLogout = false;
  });
  // The library publishes keys that sign; those that no longer do are still asked for.
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route !== 'jwks') return;
    const { keys } = ctx.body as { keys: readonly JWK[] };
    const retired = context.keys.retired.filter(({ untilMs }) => untilMs > context.clock.now());
    ctx.body = { keys: [...keys, ...retired.map(({ jwk }) => jwk)] };
  });
  provider.on('server_error', (ctx, error) => {
    ctx.state.databaseAway = isDatabaseAway(error);
    if (ctx.state.databaseAway) log.warn({ route: ctx.oidc.route }, 'a request failed: the database is away');
    else log.error({ route: ctx.oidc.route, error }, 'a request failed');
  });
  // Errors that Koa could not answer; the guard in server.ts answers everything that reaches it, so these are broken sockets.
  provider.onerror = (error) => log.debug({ error }, 'a response could not be sent');
  return provider;
}

function configure({ publicUrl, database, keys, users }: ProviderContext): Configuration {
  const resource = `${publicUrl}/api`;
  const secure = publicUrl.startsWith('https:');
  const prompts = policy();
  return {
    adapter: pgAdapter(database),
    clients: firstPartyClients(publicUrl),
    jwks: { keys: keys.signing },
    cookies: {
      keys: [...keys.cookieSecrets],
      names: { session: 'skein_session', interaction: 'skein_interaction', resume: 'skein_resume' },
      long: { httpOnly: true, sameSite: 'lax', secure, path: mountPath },
      short: { httpOnly: true, sameSite: 'lax', secure },
    },
    ttl: ttlSeconds,
    scopes: ['openid', 'profile', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    // The library knows the prompts and does not announce them; clients look here before they ask for `create`.
    discovery: {
      prompt_values_supported: [
        'none',
        ...prompts.filter((each) => each.requestable).map(({ name }) => name),
      ],
    },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    pkce: { required: () => true },
    clientBasedCORS: (_ctx, origin) => origin === publicUrl,
    enabledJWA: { idTokenSigningAlgValues: [signingAlgorithm] },
    rotateRefreshToken: true,
    // To every client of ours, whether or not it names offline_access: there is no consent that would decide.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    findAccount: async (_ctx, userId) => {
      const account = await users.findAccount(userId);
      if (!account) return undefined;
      const { handle, displayName } = account;
      return {
        accountId: userId,
        handle,
        claims: () => ({ sub: userId, preferred_username: handle, name: displayName }),
      };
    },
    // No display name: a name is personal data (ACC-4), and access tokens travel through logs and headers.
    // The grant is the sign-in: gateways refuse tokens whose sign-in was ended.
    extraTokenClaims: (ctx, token) => ({
      handle: ctx.oidc.account?.['handle'],
      sid: 'grantId' in token ? token.grantId : undefined,
    }),
    loadExistingGrant: (ctx) => grantFirstParty(ctx, resource),
    interactions: { policy: prompts, url: (_ctx, { uid }) => `${mountPath}/interaction/${uid}` },
    renderError: (ctx, out, error) => renderProviderError(ctx, out, error, publicUrl),
    features: features(resource, publicUrl),
  };
}

function features(resource: string, publicUrl: string): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    userinfo: { enabled: false },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, indicator) => {
        if (indicator !== resource) throw new errors.InvalidTarget();
        return {
          scope: apiScope,
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: ttlSeconds.AccessToken,
          jwt: { sign: { alg: signingAlgorithm } },
        };
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => renderSignOut(ctx, form, publicUrl),
      postLogoutSuccessSource: (ctx) => renderSignedOut(ctx, publicUrl),
    },
  };
}

/** Sign in, or with `prompt=create` sign up; nothing to consent to. */
function policy(): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base();
  prompts.remove('consent');
  prompts.add(new interactionPolicy.Prompt({ name: 'create', requestable: true }));
  prompts.add(confirmNativeClients());
  return prompts;
}

/**
 * Any program of the person's machine can open an address and listen on a loopback port, so a code for a native client
 * takes a click of the person (RFC 8252, 8.6). Typing a password on the way is as good.
 */
function confirmNativeClients(): interactionPolicy.Prompt {
  const { Check, Prompt } = interactionPolicy;
  const check = new Check(
    'unconfirmed',
    'The person has to confirm programs of their machine.',
    ({ oidc }) => {
      const isNative = oidc.client?.applicationType === 'native';
      const answered =
        oidc.result !== undefined && (nativeClientPrompt in oidc.result || 'login' in oidc.result);
      return isNative && !answered ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    },
  );
  return new Prompt({ name: nativeClientPrompt, requestable: false }, check);
}

/** Each browser session has one grant per client: signing out, or a refresh token used twice, ends just that one. */
async function grantFirstParty(ctx: KoaContextWithOIDC, resource: string) {
  const { client, session, account, provider, requestParamScopes } = ctx.oidc;
  if (!client || !session || !account) return undefined;
  const grantId = session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const usable = existing?.accountId === account.accountId && existing.clientId === client.clientId;
  const grant = usable
    ? existing
    : new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  grant.addOIDCScope([...requestParamScopes].filter((scope) => scope !== apiScope).join(' '));
  grant.addResourceScope(resource, apiScope);
  // Without an expiry it gets a new one when it is saved.
  Object.assign(grant, { exp: undefined });
  await grant.save();
  return grant;
}
