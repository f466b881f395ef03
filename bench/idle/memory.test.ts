import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasProcesses } from '../machine/processes.ts';
import { catchesUsr2, parseHeap, parseKernel, parsePss, readServerMemory, totalOf } from './memory.ts';

test('shared pages are counted in parts, as the kernel tells them', () => {
  const rollup =
    '55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:  1736 kB\nPss:   208 kB\nPss_Dirty:  112 kB\n';
  assert.equal(parsePss(rollup), 208 * 1024);
  assert.equal(parsePss(''), 0);
});

test("a worker's memory is taken apart without a rest", () => {
  const metrics = [
    'process_resident_memory_bytes 1000',
    'nodejs_heap_size_total_bytes 600',
    'nodejs_heap_size_used_bytes 450',
    'nodejs_external_memory_bytes 100',
  ].join('\n');
  assert.deepEqual(parseHeap(metrics), { used: 450, unused: 150, external: 100, outside: 300 });
});

test("the kernel's part is read where it is told, and nothing where it is not", () => {
  const sockstat = 'sockets: used 2035\nTCP: inuse 1995 orphan 0 tw 179 alloc 1995 mem 656\n';
  assert.deepEqual(parseKernel(sockstat, 'Slab:  313024 kB\n'), {
    tcpSockets: 1995,
    tcpBuffers: 656 * 4096,
    slabs: 313024 * 1024,
  });
  assert.deepEqual(parseKernel('', ''), { tcpSockets: 0, tcpBuffers: 0, slabs: 0 });
});

test('nobody is sent the signal who would end by it, or who means something else by it', () => {
  const status = (name: string, caught: string) =>
    `Name:\t${name}\nSigIgn:\t0000000000001000\nSigCgt:\t${caught}\n`;
  assert.equal(catchesUsr2(status('node', '0000000100000800')), true);
  assert.equal(catchesUsr2(status('MainThread', '0000000100000800')), true);
  assert.equal(catchesUsr2(status('node', '0000000100000400')), false);
  assert.equal(catchesUsr2(status('nats-server', '0000000100000800')), false);
  assert.equal(catchesUsr2(''), false);
});

test('a family is read from /proc', { skip: !hasProcesses() }, async () => {
  const reading = await readServerMemory(process.pid, []);
  assert.ok(totalOf(reading) > 10 * 2 ** 20, JSON.stringify(reading.groups));
  assert.ok(reading.kernel.slabs > 0);
});
