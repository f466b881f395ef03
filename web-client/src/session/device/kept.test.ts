import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kept } from './kept.ts';

/** As the browser's: items are properties, and its methods are not. */
function storage(items: Record<string, string> = {}): Storage {
  const methods = {
    getItem: (item: string) => made[item] ?? null,
    setItem: (item: string, value: string) => void (made[item] = value),
    removeItem: (item: string) => void delete made[item],
  };
  const made = Object.assign(Object.create(methods) as Record<string, string>, items);
  return made as unknown as Storage;
}

void test('[ACC-2] two accounts of one browser keep their things apart', () => {
  const shared = storage();
  const [ada, bob] = [new Kept('ada', shared), new Kept('bob', shared)];
  ada.set('draft.1', 'Dear Eve');
  ada.set('theme', 'dark');
  assert.equal(bob.get('draft.1'), null);
  assert.deepEqual(bob.names(''), []);
  bob.set('draft.1', null);
  assert.deepEqual(ada.names('draft.'), ['draft.1']);
  assert.equal(new Kept('ada', shared).get('draft.1'), 'Dear Eve');
});

void test('[ACC-2] things of nobody knows whom, kept by an earlier version, are thrown away', () => {
  const shared = storage({ 'skein.draft.1': 'x', 'skein.alerts': 'on', 'skein.session': '{}' });
  new Kept('ada', shared);
  assert.deepEqual(Object.keys(shared), ['skein.session']);
});
