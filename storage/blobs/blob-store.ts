// Where the bytes of uploads are: whole, immutable blobs under names that the server makes. A blob is stored whole or
// not at all, and nothing is ever appended: what an object store such as S3 does too, so that one can take the
// folder's place. Names come in groups, one for each upload, so that all of an upload can be deleted without knowing
// what a crash left.

export interface BlobId {
  /** A UUID. */
  readonly group: string;
  /** Lower-case letters, digits and hyphens; unique within the group. */
  readonly name: string;
}

export interface ByteRange {
  /** The first byte. */
  readonly from: number;
  /** The last byte, inclusive. */
  readonly to: number;
}

export interface BlobStore {
  /** Stores a blob under a name that was never used; once it resolves, the blob survives a crash of the machine. */
  put(id: BlobId, content: Uint8Array): Promise<void>;
  /** The whole blob or a part of it, in order; throws BlobMissing, at the first chunk at the latest. */
  read(id: BlobId, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Bytes of a blob; null when it is not there. */
  sizeOf(id: BlobId): Promise<number | null>;
  /** Deletes the blobs of a group but for the names to keep; none being there is no error. */
  deleteGroup(group: string, keep?: readonly string[]): Promise<void>;
  /** Deletes one blob; its absence is no error. */
  delete(id: BlobId): Promise<void>;
}

/** A row names a blob that is not there: the store lost it. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
  readonly retryable = false;
  constructor({ group, name }: BlobId) {
    super(`the blob ${group}/${name} is missing from the store; restore it from a backup`);
  }
}

/** Everything of a blob at once: for those whose size is bounded. */
export async function readWhole(blobs: BlobStore, id: BlobId): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.read(id)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
