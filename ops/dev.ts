// `npm run dev`: Skein as `npm start` runs it, while someone changes it. Server processes start again when their sources
// change; the web client comes from Vite, which replaces what changed in the open page.
import { watch } from 'node:fs';
import path from 'node:path';
import { createServer } from 'vite';
import { seedOnWish } from './demo/seed-on-wish.ts';
import { runInstance, type AfterStart } from './embedded/run-instance.ts';

const root = path.resolve(import.meta.dirname, '..');
const supervisorMain = path.join(root, 'cluster/processes/supervisor/main.ts');
const webPort = Number(process.env['SKEIN_DEV_PORT'] ?? 5173);
/** Folders that the server processes are made of. */
const serverFolders = ['protocol', 'actors', 'storage', 'cluster'];
/** An editor that saves many files should cause one restart. */
const settleMs = 400;

/** The paths that workers answer; Vite answers all others. */
const workersPaths = ['/ws', '/v1', '/oauth', '/healthz', '/readyz'];

const serveWebClient: AfterStart = async ({ options: { listen, publicUrl } }) => {
  const target = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
  const server = await createServer({
    configFile: path.join(root, 'web-client/vite.config.ts'),
    root: path.join(root, 'web-client'),
    clearScreen: false,
    server: {
      port: webPort,
      strictPort: true,
      proxy: Object.fromEntries(workersPaths.map((each) => [each, { target, ws: each === '/ws' }])),
    },
  });
  await server.listen();
  return `open ${publicUrl} (the web client with hot reload)`;
};

const restartOnChange: AfterStart = async ({ instance }) => {
  let timer: NodeJS.Timeout | undefined;
  const changed = (file: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => void instance.supervisor.restart(`${file} changed`), settleMs);
  };
  for (const folder of serverFolders) {
    watch(path.join(root, folder), { recursive: true }, (_event, name) => {
      if (name !== null && /\.(ts|js|sql)$/.test(name) && !name.includes('.test.'))
        changed(path.join(folder, name));
    });
  }
  return `server processes start again when ${serverFolders.join('/, ')}/ change`;
};

// Sign-in leads back to the public address, which is Vite's here.
process.env['SKEIN_PUBLIC_URL'] ??= `http://localhost:${webPort}`;
await runInstance(process.argv.slice(2), {
  supervisorMain,
  afterStart: [seedOnWish, serveWebClient, restartOnChange],
});
