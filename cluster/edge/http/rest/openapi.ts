// The description of the whole HTTP API in OpenAPI 3.1, made from the table of operations and the protocol's schemas;
// only uploads, whose protocol is tus, are described by hand.
import { protocolVersion, schemaHash } from '../../../../protocol/version.ts';
import { describe, type OperationObject } from './openapi/operations.ts';
import { Components, type JsonSchema } from './openapi/schemas.ts';
import { documentationPaths } from './openapi/documentation.ts';
import { uploadPaths } from './openapi/uploads.ts';
import { tags } from './operation.ts';
import { operations } from './routes.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Any one of them will do. */
  readonly security: readonly JsonSchema[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

const description =
  'Everything that the socket reads and writes, over HTTP, by the same checks and the same handlers. Refusals are ' +
  'problems (RFC 9457) with the codes of the protocol. Lists are paged: while there is another page, the header ' +
  '`link` has its address. Unknown fields are refused; clients should ignore those that they do not know.';

/** @param signInUrl the origin of the built-in sign-in; null: tokens come from outside issuers only */
export function buildDocument(signInUrl: string | null): OpenApiDocument {
  const components = new Components();
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method] = describe(operation, components);
  }
  Object.assign(paths, uploadPaths(components), documentationPaths());
  const schemes = securitySchemes(signInUrl);
  return {
    openapi: '3.1.0',
    info: { title: 'Skein', version: `${protocolVersion}+${schemaHash}`, description },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    security: Object.keys(schemes).map((name) => ({ [name]: [] })),
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(components.schemas).sort(([one], [other]) => (one < other ? -1 : 1)),
      ),
      responses: components.responses,
      securitySchemes: schemes,
    },
  };
}

function securitySchemes(signInUrl: string | null): Record<string, JsonSchema> {
  const bearer = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token for the audience `skein`. It lives one hour.',
  };
  if (signInUrl === null) return { bearer };
  const oauth = {
    type: 'oauth2',
    description:
      'Signing in with this server: authorization code with PKCE (S256). Access tokens live one hour; refresh tokens ' +
      'rotate.',
    flows: {
      authorizationCode: {
        authorizationUrl: `${signInUrl}/oauth/auth`,
        tokenUrl: `${signInUrl}/oauth/token`,
        refreshUrl: `${signInUrl}/oauth/token`,
        scopes: { openid: 'Who you are', profile: 'Your handle and name', offline_access: 'A refresh token' },
      },
    },
  };
  return { bearer, oauth };
}
