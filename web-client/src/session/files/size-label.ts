// Sizes of files as people say them, in the units that the limits are made of.

const units = ['bytes', 'KB', 'MB', 'GB'] as const;

export function sizeLabel(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  const shown = unit === 0 || amount >= 100 ? Math.round(amount) : Math.round(amount * 10) / 10;
  return `${shown.toLocaleString()} ${shown === 1 && unit === 0 ? 'byte' : units[unit]!}`;
}
