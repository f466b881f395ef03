// The house rules that a machine can hold: import direction, sizes, banned globals, no floating promises.
import tseslint from 'typescript-eslint';
import { commentOpenings } from './ops/lint/comment-openings.js';
import { positionalReads } from './ops/lint/positional-reads.js';

const folders = ['protocol', 'actors', 'storage', 'cluster', 'ops', 'bench', 'web-client'];
const mayImport = {
  protocol: [],
  actors: ['protocol'],
  storage: ['protocol', 'actors'],
  cluster: ['protocol', 'actors', 'storage'],
  // The drill measures with the bench's instruments.
  ops: ['protocol', 'actors', 'storage', 'cluster', 'bench'],
  bench: ['protocol'],
  'web-client': ['protocol'],
};
/** Imports between our folders are relative, so the path says where they go. */
function directionOf(folder) {
  const forbidden = folders.filter((other) => other !== folder && !mayImport[folder].includes(other));
  return {
    regex: `^\\.\\./(.*/)?(${forbidden.join('|')})/`,
    message: `${folder}/ may import only ${[...mayImport[folder], 'itself'].join(', ')}.`,
  };
}
const restrictImports = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});
const direction = folders.map((folder) =>
  restrictImports([`${folder}/**/*.ts`, `${folder}/**/*.tsx`], [directionOf(folder)]),
);
/** A browser gets the schemas, and not the library that checks with them. */
const lightSchemas = restrictImports(
  ['protocol/**/*.ts'],
  [
    directionOf('protocol'),
    {
      regex: '^@sinclair/typebox',
      allowTypeImports: true,
      message:
        'Schemas are made by protocol/frames/schema.ts; TypeBox checks with them, in protocol/validate.ts.',
    },
  ],
);

/** The rooms of cluster/, and what each must not import. Of the fabric edge and identity know its door alone. */
const door = '(routing/router|routing/commands|placement/shard-map|placement/shard-map-watch)\\.ts$';
const closedTo = {
  fabric: '(edge|identity|processes)/',
  edge: `(identity|processes)/|fabric/(?!${door})`,
  identity: `(processes/|edge/(?!limits/|http/html\\.ts)|fabric/(?!${door}))`,
};
const rooms = Object.entries(closedTo).map(([room, closed]) =>
  restrictImports(
    [`cluster/${room}/**/*.ts`],
    [
      directionOf('cluster'),
      {
        regex: `^\\.\\./(.*/)?(${closed})`,
        message: `cluster/${room}/ may not import this: see "Folders and direction" in ARCHITECTURE.md.`,
      },
    ],
  ),
);

/** The rooms of the web client, from the top down: each may import itself and what stands below it. */
const floors = [
  ['app'],
  ['thread'],
  ['composer', 'details'],
  ['conversations'],
  ['settings'],
  ['notifications', 'groups', 'attachments', 'message'],
  ['people', 'presence', 'connection'],
  ['landing', 'emoji'],
  ['overlay'],
  ['session'],
  ['store', 'theme', 'time', 'browser', 'routing'],
];
const webRooms = floors.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const closed = floors.slice(0, floor + 1).flat();
    const others = closed.filter((other) => other !== room);
    return restrictImports(
      [`web-client/src/${room}/**/*.ts`, `web-client/src/${room}/**/*.tsx`],
      [
        directionOf('web-client'),
        {
          regex: `^\\.\\./(.*/)?(${others.join('|')})/`,
          message: `web-client/src/${room}/ imports only what stands below it: see the floors in eslint.config.js.`,
        },
      ],
    );
  }),
);

const ambient =
  'comes from the constructor (see actors/runtime/ports.ts), so that tests and replays decide it.';
// Composition roots hand their environment on to children; everything else gets settings as values.
const bannedGlobals = [
  { object: 'Date', property: 'now', message: `The clock ${ambient}` },
  { object: 'performance', property: 'now', message: `The clock ${ambient}` },
  { object: 'process', property: 'hrtime', message: `The clock ${ambient}` },
  {
    object: 'process',
    property: 'nextTick',
    message: `Turns of the event loop are timing, which ${ambient}`,
  },
  { object: 'Math', property: 'random', message: `Randomness ${ambient}` },
];

export default tseslint.config(
  { ignores: ['node_modules', '.skein', 'web-client/dist', 'bench/out'] },
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './web-client/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: {
      skein: { rules: { 'comment-openings': commentOpenings, 'positional-reads': positionalReads } },
    },
    rules: {
      'skein/comment-openings': 'error',
      'skein/positional-reads': 'error',
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 70],
      // More than five: an object of options.
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      complexity: ['error', 15],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'it', 'describe', 'suite', 'before', 'after'],
            },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['actors/**/*.ts', 'cluster/**/*.ts', 'storage/**/*.ts'],
    ignores: [
      '**/*.test.ts',
      '**/testing/**',
      '**/system-ports.ts',
      '**/config.ts',
      'cluster/processes/supervisor/main.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        ...bannedGlobals,
        { object: 'process', property: 'env', message: 'Settings are read once, in cluster/config.ts.' },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: `Timing ${ambient}` },
        { name: 'setInterval', message: `Timing ${ambient}` },
        { name: 'setImmediate', message: `Turns of the event loop are timing, which ${ambient}` },
        { name: 'queueMicrotask', message: `Turns of the event loop are timing, which ${ambient}` },
      ],
    },
  },
  {
    // The files in which positions of the wire and of the journal get their names, and a test that writes raw frames.
    files: [
      'cluster/fabric/routing/envelopes.ts',
      'cluster/fabric/bus/link-frames.ts',
      'storage/journal/record.ts',
      'bench/peers/skein-dialect.ts',
      'cluster/edge/gateway/hostile-frames.int.test.ts',
    ],
    rules: { 'skein/positional-reads': 'off' },
  },
  ...direction,
  { ...lightSchemas, ignores: ['protocol/validate.ts'] },
  ...rooms,
  ...webRooms,
  {
    // Tests start the real things, wherever those live.
    files: ['**/*.test.ts', 'web-client/e2e/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': 'off',
      'max-lines': ['error', 500],
      'max-lines-per-function': 'off',
    },
  },
);
