// Names in a profile: which process it is of, and which module a function belongs to.
import type { CallFrame, Profile } from './profile.ts';

export interface ProcessKind {
  /** Such as `worker`. */
  readonly name: string;
  /** Where the repository is on the machine of the run, as a file address that ends with a slash; empty: not known. */
  readonly root: string;
}

const programs: readonly (readonly [entry: string, name: string])[] = [
  ['cluster/processes/worker/main.ts', 'worker'],
  ['cluster/processes/projector/main.ts', 'projector'],
  ['cluster/processes/supervisor/main.ts', 'supervisor'],
  ['cluster/identity/main.ts', 'identity'],
  ['ops/start.ts', 'start'],
  ['ops/testing/token-issuer.ts', 'issuer'],
];
const ownFolders = /^(protocol|actors|storage|cluster|ops|bench)\//;

/** Told by the program that was loaded. */
export function kindOf({ nodes }: Profile): ProcessKind {
  const urls = [...new Set(nodes.map(({ callFrame }) => callFrame.url))];
  for (const [entry, name] of programs) {
    const url = urls.find((each) => each.endsWith(`/${entry}`));
    if (url !== undefined) return { name, root: url.slice(0, -entry.length) };
  }
  const generator = urls
    .map((url) => /^(file:.*\/)bench\/[\w/-]*generator[\w-]*\.ts$/.exec(url)?.[1])
    .find((root) => root !== undefined);
  return generator === undefined ? { name: 'process', root: '' } : { name: 'generator', root: generator };
}

/** Process id and start in `CPU.20261121.153602.5710.0.001.cpuprofile`; null: someone has named it. */
export function pidIn(file: string): number | null {
  const pid = /^CPU\.\d+\.\d+\.(\d+)\.\d+\.\d+\.cpuprofile$/.exec(file)?.[1];
  return pid === undefined ? null : Number(pid);
}

/**
 * `cluster/fabric/bus`, `protocol`, `msgpackr`, `node:net`, `gc`, `native`; code without an address is the engine's or an
 * extension's.
 */
export function moduleOf({ functionName, url }: CallFrame, root: string): string {
  if (url === '') return nativeModule(functionName);
  if (url.startsWith('node:')) return nodeModule(url);
  const packageName = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packageName !== undefined) return packageName;
  const file = root !== '' && url.startsWith(root) ? url.slice(root.length) : url.replace(/^file:\/+/, '');
  if (!ownFolders.test(file)) return url.startsWith('wasm:') ? 'wasm' : file;
  const [folder, ...rest] = file.split('/');
  // `cluster/` has rooms, and its concepts are folders in those.
  return [folder, ...rest.slice(0, Math.min(folder === 'cluster' ? 2 : 1, rest.length - 1))].join('/');
}

/** `cluster/fabric/bus/bus.ts:31`, shortened to what tells. */
export function placeOf({ url, lineNumber }: CallFrame, root: string): string {
  if (url === '') return '';
  const file = root !== '' && url.startsWith(root) ? url.slice(root.length) : url.replace(/^file:\/+/, '');
  return `${file.replace(/^.*node_modules\//, '')}:${lineNumber + 1}`;
}

function nativeModule(functionName: string): string {
  if (functionName === '(garbage collector)') return 'gc';
  return functionName === '(program)' ? '(program)' : 'native';
}

/** `node:internal/streams/writable` as `node:internal/streams`. */
function nodeModule(url: string): string {
  return url.split('/').slice(0, 2).join('/');
}
