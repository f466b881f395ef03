import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movedInGrid } from './moved-in-grid.ts';

void test('arrows move within the grid and stay at its edges', () => {
  assert.equal(movedInGrid('ArrowRight', 0, 20, 8), 1);
  assert.equal(movedInGrid('ArrowDown', 1, 20, 8), 9);
  assert.equal(movedInGrid('ArrowUp', 9, 20, 8), 1);
  assert.equal(movedInGrid('ArrowUp', 1, 20, 8), 1);
  assert.equal(movedInGrid('ArrowDown', 15, 20, 8), 19);
  assert.equal(movedInGrid('ArrowDown', 19, 20, 8), 19);
  assert.equal(movedInGrid('ArrowLeft', 0, 20, 8), 0);
  assert.equal(movedInGrid('a', 0, 20, 8), null);
  assert.equal(movedInGrid('ArrowDown', 0, 0, 8), null);
});
