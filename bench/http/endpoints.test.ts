import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointNames, requestsFor } from './endpoints.ts';

const readers = ['a', 'b', 'c'].map((token) => ({ token, conversationId: `of-${token}` }));

test('[ACC-6] personal requests go round among everyone, each with their own token and conversation', () => {
  const requests = requestsFor('events', readers);
  assert.deepEqual(
    requests.map(({ path, headers }) => [path, headers?.['authorization']]),
    readers.map(({ token }) => [`/v1/conversations/of-${token}/events?limit=50`, `Bearer ${token}`]),
  );
});

test('[ACC-2] what needs no token is asked without one', () => {
  assert.deepEqual(requestsFor('readyz', readers), [{ path: '/readyz' }]);
  for (const name of endpointNames.filter((each) => each !== 'readyz')) {
    assert.ok(
      requestsFor(name, readers).every(({ headers }) => headers?.['authorization']),
      name,
    );
  }
});
