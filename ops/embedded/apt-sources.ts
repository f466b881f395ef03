// Reads the two formats apt keeps its sources in, to find the archive that the machine itself was installed from.

export interface AptSource {
  uris: string[];
  suites: string[];
  components: string[];
  /** Fields that say how to trust the archive, kept as they are. */
  trust: Record<string, string>;
}

const trustFields = ['signed-by', 'trusted', 'allow-insecure', 'architectures'];

/** The enabled binary archives of one file. */
export function parseSources(text: string, format: 'deb822' | 'line'): AptSource[] {
  const sources =
    format === 'deb822' ? text.split(/\n\s*\n/).map(parseStanza) : text.split('\n').map(parseLine);
  return sources.filter((source) => source !== undefined);
}

/** The distribution's own archive: the first whose suite is exactly the release and which has `main`. */
export function archiveOf(sources: readonly AptSource[], codename: string): AptSource | undefined {
  const own = sources.find(
    ({ suites, components }) => suites.includes(codename) && components.includes('main'),
  );
  return own && { ...own, suites: [codename] };
}

/** As one deb822 stanza which fetches the package index and nothing else. */
export function renderSource({ uris, suites, components, trust }: AptSource): string {
  const lines = [
    'Types: deb',
    `URIs: ${uris.join(' ')}`,
    `Suites: ${suites.join(' ')}`,
    `Components: ${components.join(' ')}`,
    'Targets: Packages',
    ...Object.entries(trust).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

function parseStanza(stanza: string): AptSource | undefined {
  const text = stanza
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  const fields = new Map<string, string>();
  for (const match of text.matchAll(/^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)/gm)) {
    fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim());
  }
  const words = (name: string): string[] =>
    (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
  if (!words('types').includes('deb') || fields.get('enabled') === 'no') return undefined;
  const trust = trustFields.filter((name) => fields.has(name)).map((name) => [name, fields.get(name) ?? '']);
  return {
    uris: words('uris'),
    suites: words('suites'),
    components: words('components'),
    trust: Object.fromEntries(trust) as Record<string, string>,
  };
}

function parseLine(line: string): AptSource | undefined {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
  if (match === null) return undefined;
  const [, options = '', uri = '', suite = '', components = ''] = match;
  const pairs = options.split(/\s+/).map((option) => option.split('='));
  const trust = pairs
    .filter(([name = '']) => trustFields.includes(name.toLowerCase()))
    .map(([name = '', value = '']) => [name === 'arch' ? 'architectures' : name, value.replaceAll(',', ' ')]);
  return {
    uris: [uri],
    suites: [suite],
    components: components.split(/\s+/).filter((word) => word !== ''),
    trust: Object.fromEntries(trust) as Record<string, string>,
  };
}
