// Loaded into the Node processes of the server whose memory is measured (NODE_OPTIONS, with --expose-gc): on SIGUSR2 the
// heap is collected as thoroughly as V8 knows how. Without it every reading would hold garbage of a time that chance
// decides.

/** A collection lets finalizers run, which let go of more. */
const rounds = 3;

process.on('SIGUSR2', () => {
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
});
