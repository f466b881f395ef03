// AVIF (ISO/IEC 14496-12 boxes, 23008-12 items): a table says where in the file each item lies. Moving bytes would need a
// new table, so what is not of the picture is overwritten with zeros where it lies, and boxes nobody needs become free
// space. An orientation is a property of the picture itself here and stays.
import { Unsure } from './unsure.ts';

interface Box {
  readonly type: string;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

interface Place {
  /** Parts of the file; none where the item lies elsewhere. */
  readonly extents: readonly Extent[];
  readonly isInFile: boolean;
}

const keptTop = new Set(['ftyp', 'meta', 'mdat', 'free', 'skip']);
const keptInMeta = new Set(['hdlr', 'pitm', 'iloc', 'iinf', 'iref', 'iprp', 'idat', 'grpl']);
/** Coded pictures and how they are put together. */
const pictureItems = new Set(['av01', 'grid', 'iovl', 'iden', 'tmap']);

export function stripAvif(content: Buffer): Buffer {
  const out = Buffer.from(content);
  const boxes = boxesIn(content, 0, content.length);
  if (boxes.some(({ type }) => type === 'moov')) throw new Unsure('an animation');
  const meta = boxes.find(({ type }) => type === 'meta');
  if (meta === undefined) throw new Unsure('no items');
  const inner = boxesIn(content, meta.bodyStart + 4, meta.end);
  const find = (type: string) => inner.find((box) => box.type === type) ?? unsure(`no ${type}`);
  const types = itemTypes(content, find('iinf'));
  const pictures: Extent[] = [];
  for (const [item, { extents, isInFile }] of itemPlaces(content, find('iloc'))) {
    if (pictureItems.has(types.get(item) ?? '')) pictures.push(...extents);
    else if (!isInFile) throw new Unsure('more than pictures in the box "idat", which is kept whole');
  }
  for (const box of boxes) {
    if (box.type === 'mdat') eraseAround(out, box, pictures);
    else if (!keptTop.has(box.type) || box.type === 'free' || box.type === 'skip') free(out, box);
  }
  for (const box of inner) if (!keptInMeta.has(box.type)) free(out, box);
  return out;
}

function boxesIn(content: Buffer, from: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let start = from; start < end;) {
    const length = content.readUInt32BE(start);
    const type = content.toString('latin1', start + 4, start + 8);
    const head = length === 1 ? 16 : 8;
    const size =
      length === 1 ? Number(content.readBigUInt64BE(start + 8)) : length === 0 ? end - start : length;
    if (size < head || start + size > end) throw new Unsure('a box is longer than what holds it');
    boxes.push({ type, start, bodyStart: start + head, end: start + size });
    start += size;
  }
  return boxes;
}

/** Item Information Box: the type of each item. */
function itemTypes(content: Buffer, { bodyStart, end }: Box): Map<number, string> {
  const version = content.readUInt8(bodyStart);
  const first = bodyStart + 4 + (version === 0 ? 2 : 4);
  return new Map(
    boxesIn(content, first, end).map(({ type, bodyStart: at }) => {
      const entryVersion = content.readUInt8(at);
      if (type !== 'infe' || entryVersion < 2) throw new Unsure('an item without a type');
      const isLong = entryVersion > 2;
      const item = isLong ? content.readUInt32BE(at + 4) : content.readUInt16BE(at + 4);
      const typeAt = at + (isLong ? 10 : 8);
      return [item, content.toString('latin1', typeAt, typeAt + 4)];
    }),
  );
}

/** Item Location Box: where each item lies in the file. */
function itemPlaces(content: Buffer, { bodyStart }: Box): Map<number, Place> {
  const version = content.readUInt8(bodyStart);
  if (version > 2) throw new Unsure('a newer table of places');
  let at = bodyStart + 4;
  const read = (bytes: number): number => {
    const value =
      bytes === 0 ? 0 : bytes === 8 ? Number(content.readBigUInt64BE(at)) : content.readUIntBE(at, bytes);
    at += bytes;
    return value;
  };
  const [sizes, more] = [read(1), read(1)];
  const [offsetBytes, lengthBytes, baseBytes, indexBytes] = [
    sizes >> 4,
    sizes & 15,
    more >> 4,
    version > 0 ? more & 15 : 0,
  ];
  const items = new Map<number, Place>();
  for (let left = read(version < 2 ? 2 : 4); left > 0; left--) {
    const item = read(version < 2 ? 2 : 4);
    const method = version > 0 ? read(2) & 15 : 0;
    read(2);
    const base = read(baseBytes);
    const extents: Extent[] = [];
    for (let parts = read(2); parts > 0; parts--) {
      read(indexBytes);
      const start = base + read(offsetBytes);
      const end = start + read(lengthBytes);
      // Other methods count from the box "idat".
      if (method === 0) extents.push({ start, end });
    }
    items.set(item, { extents, isInFile: method === 0 });
  }
  return items;
}

function eraseAround(out: Buffer, { bodyStart, end }: Box, kept: readonly Extent[]): void {
  let at = bodyStart;
  for (const extent of kept
    .filter((each) => each.end > bodyStart && each.start < end)
    .toSorted((a, b) => a.start - b.start)) {
    if (extent.start > at) out.fill(0, at, extent.start);
    at = Math.max(at, extent.end);
  }
  if (at < end) out.fill(0, at, end);
}

function free(out: Buffer, { start, bodyStart, end }: Box): void {
  out.write('free', start + 4, 'latin1');
  out.fill(0, bodyStart, end);
}

function unsure(reason: string): never {
  throw new Unsure(reason);
}
