// The house rules that a machine can hold: import direction, sizes, banned globals, no floating promises.
import tseslint from 'typescript-eslint';

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
const direction = folders.map((folder) => {
  const forbidden = folders.filter((other) => other !== folder && !mayImport[folder].includes(other));
  return {
    files: [`${folder}/**/*.ts`, `${folder}/**/*.tsx`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.\\./(.*/)?(${forbidden.join('|')})/`,
              message: `${folder}/ may import only ${[...mayImport[folder], 'itself'].join(', ')}.`,
            },
          ],
        },
      ],
    },
  };
});

const ambient =
  'comes from the constructor (see actors/runtime/ports.ts), so that tests and replays decide it.';
// Composition roots hand their environment on to children; everything else gets settings as values.
const bannedGlobals = [
  { object: 'Date', property: 'now', message: `The clock ${ambient}` },
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
    rules: {
      'max-lines': ['error', 500],
      'max-lines-per-function': ['error', 70],
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
      'cluster/supervisor/main.ts',
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
      ],
    },
  },
  ...direction,
  {
    // Tests start the real things, wherever those live.
    files: ['**/*.test.ts', 'web-client/e2e/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off', 'max-lines-per-function': 'off' },
  },
);
