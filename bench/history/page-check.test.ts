import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../../protocol/frames/history.ts';
import { faultOf, walkThrough, type PageRequest, type Written } from './page-check.ts';

const headSeq = 251;
const bodies = new Map(Array.from({ length: headSeq - 1 }, (_, at) => [at + 2, `body ${at + 2}`]));
const written: Written = { headSeq, bodies };

function eventAt(seq: number, body = `body ${seq}`): object {
  const event = { seq, atMs: 0, by: 'someone' };
  return seq === 1 ? { ...event, type: 'created' } : { ...event, type: 'message', key: 'key', body };
}

function pageOf(seqs: readonly number[], more: boolean): Page {
  return { events: seqs.map((seq) => eventAt(seq)), more } as unknown as Page;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

const backwards: PageRequest = { direction: 'before', seq: 252 };

test('[DM-3] a walk asks for every event once, in either direction', () => {
  assert.deepEqual(
    walkThrough(headSeq, 'after').map(({ seq }) => seq),
    [0, 100, 200],
  );
  assert.deepEqual(
    walkThrough(headSeq, 'before').map(({ seq }) => seq),
    [252, 152, 52],
  );
  assert.deepEqual(walkThrough(100, 'after').length, 1);
});

test('[DM-3] whole pages in order are sound, the last ones of a walk too', () => {
  assert.equal(faultOf(pageOf(range(152, 251), true), backwards, written), null);
  assert.equal(faultOf(pageOf(range(1, 51), false), { direction: 'before', seq: 52 }, written), null);
  assert.equal(faultOf(pageOf(range(1, 100), true), { direction: 'after', seq: 0 }, written), null);
  assert.equal(faultOf(pageOf(range(201, 251), false), { direction: 'after', seq: 200 }, written), null);
});

test('[DM-3] a page that skips, repeats, mixes up or ends too early is found', () => {
  const skipping = [...range(152, 199), ...range(201, 251)];
  assert.match(faultOf(pageOf(skipping, true), backwards, written)!, /99 events came/);
  const repeating = [152, ...range(152, 250)];
  assert.match(faultOf(pageOf(repeating, true), backwards, written)!, /152 stands where 153 belongs/);
  const swapped = [...range(152, 249), 251, 250];
  assert.match(faultOf(pageOf(swapped, true), backwards, written)!, /251 stands where 250 belongs/);
  assert.match(faultOf(pageOf(range(152, 251), false), backwards, written)!, /no more/);
});

test('[DM-3] words that nobody wrote under that number are found', () => {
  const page = pageOf(range(152, 251), true);
  (page.events as unknown[])[3] = eventAt(155, 'body 156');
  assert.match(faultOf(page, backwards, written)!, /155 has other words/);
});
