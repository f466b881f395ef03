// How reports write numbers, names and text: whoever reads two of them should find the same things written the same way.

/** A number with its unit, for people: `4.77 ms`, `128 MiB`. */
export type Write = (value: number) => string;

const groups = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Three significant digits, and whole numbers as they are. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return groups.format(value);
  const text = value.toPrecision(3);
  return text.includes('e') ? text : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

export function withUnit(unit: string): Write {
  return (value) => (unit === '' ? plainNumber(value) : `${plainNumber(value)} ${unit}`);
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function bytes(value: number): string {
  const power = Math.min(
    byteUnits.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10)),
  );
  return `${plainNumber(value / 2 ** (10 * power))} ${byteUnits[power]}`;
}

/** `0.991` as `99.1%`. */
export function percent(share: number): string {
  return `${plainNumber(Math.round(share * 10_000) / 100)}%`;
}

/** How the numbers of a field are written, by what the field's name ends with. */
export function writerOf(field: string): Write {
  if (/bytesPerSecond$/i.test(field)) return (value) => `${bytes(value)}/s`;
  if (/bytes$/i.test(field)) return bytes;
  if (/Ms(PerMessage)?$|_ms_total$/.test(field)) return withUnit('ms');
  if (/PerSecond$/.test(field)) return withUnit('/s');
  if (/seconds$/i.test(field)) return withUnit('s');
  if (/(Share|Utilization)$/.test(field)) return percent;
  return plainNumber;
}

/** `acceptedPerSecond` as `accepted per second`, `skein_journal_bytes_total` as `journal bytes`. */
export function wordsOf(field: string): string {
  return field
    .replace(/^(skein|nodejs)_/, '')
    .replace(/_total$/, '')
    .replace(/Ms$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
