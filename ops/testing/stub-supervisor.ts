// Stands in for the cluster where a test is about starting and stopping: it listens, says that it is ready, and ends
// when told to.
import { createServer } from 'node:http';

const [host = '', port = ''] = (process.env['SKEIN_LISTEN'] ?? '').split(':');
const failure = process.env['STUB_FAILURE'];

process.send?.({ type: 'progress', step: 'starting workers' });
if (failure) {
  process.send?.({ type: 'failed', sentence: failure });
} else {
  const server = createServer((_request, response) => response.end(String(process.pid)));
  server.listen(Number(port), host, () => {
    process.send?.({ type: 'ready', url: process.env['SKEIN_PUBLIC_URL'] });
  });
}
process.once('SIGTERM', () => process.exit(0));
