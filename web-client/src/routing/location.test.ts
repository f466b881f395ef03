import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf, routeOf, seqInQuery } from './location.ts';

const id = '5f0c7a8e-6c1d-8b52-9e3f-0a1b2c3d4e5f';

void test('an address names the list, a conversation, its details or an invitation', () => {
  assert.deepEqual(routeOf('/'), { name: 'list' });
  assert.deepEqual(routeOf('/settings'), { name: 'settings' });
  assert.deepEqual(routeOf('/c/nonsense'), { name: 'nowhere' });
  assert.deepEqual(routeOf(pathOf(id)), { name: 'conversation', id, details: false });
  assert.deepEqual(routeOf(`/c/${id}/details`), { name: 'conversation', id, details: true });
  assert.deepEqual(routeOf(`/join/${id}/Ab_-9`), { name: 'join', id, code: 'Ab_-9' });
  assert.deepEqual(routeOf(`/join/${id}/`), { name: 'nowhere' });
});

void test('an address may name a message, by its sequence number', () => {
  assert.equal(seqInQuery('?at=17'), 17);
  for (const query of ['', '?at=', '?at=0', '?at=-1', '?at=1.5', '?at=x', '?at=99999999999999999']) {
    assert.equal(seqInQuery(query), null);
  }
});
