// Compares the rows of uploads with the blobs that they name: the store may have lost a blob, or the end of one. It
// asks for sizes and reads no content, in pages, so that memory stays bounded and a large store takes minutes.
import type pg from 'pg';
import type { BlobStore } from './blob-store.ts';

export interface BlobCheck {
  /** Blobs that rows name. */
  readonly blobs: number;
  /** Sentences about the first that are missing or of another size. */
  readonly problems: readonly string[];
  /** Damaged ones beyond those sentences. */
  readonly more: number;
}

interface NamedBlob {
  readonly group: string;
  readonly name: string;
  readonly bytes: number;
}

const pageSize = 1_000;
const shownMax = 5;
const firstId = '00000000-0000-0000-0000-000000000000';

/** @param onProgress told how many blobs were compared */
export async function checkBlobs(
  db: pg.ClientBase,
  store: BlobStore,
  onProgress: (done: number) => void = () => undefined,
): Promise<BlobCheck> {
  const problems: string[] = [];
  let [blobs, damaged] = [0, 0];
  for (let after: string | undefined = firstId; after !== undefined;) {
    const page: NamedBlob[] = await namedAfter(db, after);
    for (const blob of page) {
      const problem = await compare(store, blob);
      if (problem === null || (await wasDeleted(db, blob))) continue;
      damaged++;
      if (problems.length < shownMax) problems.push(problem);
    }
    blobs += page.length;
    onProgress(blobs);
    after = page.at(-1)?.group;
  }
  return { blobs, problems, more: damaged - problems.length };
}

/** All blobs of the next uploads that have some: contents, previews, and pieces of what is still arriving. */
async function namedAfter(db: pg.ClientBase, after: string): Promise<NamedBlob[]> {
  const { rows } = await db.query<NamedBlob>({
    name: 'named-blobs',
    text: `with page as (
             select * from uploads u where upload_id > $1 and deleted_at is null
               and (content_blob is not null
                 or (status = 'uploading' and exists (select from upload_pieces p where p.upload_id = u.upload_id)))
             order by upload_id limit $2)
           select upload_id as group, content_blob as name, bytes::float8 as bytes
             from page where content_blob is not null
           union all
           select upload_id, preview_blob, preview_bytes::float8
             from page where preview_blob is not null
           union all
           select upload_id, p.blob, p.bytes::float8
             from page join upload_pieces p using (upload_id) where status = 'uploading'
           order by 1`,
    values: [after, pageSize],
  });
  return rows;
}

async function compare(store: BlobStore, { group, name, bytes }: NamedBlob): Promise<string | null> {
  const size = await store.sizeOf({ group, name });
  if (size === bytes) return null;
  return size === null
    ? `the blob ${group}/${name} is missing`
    : `the blob ${group}/${name} has ${size} bytes, and its row says ${bytes}`;
}

/** The upload may have been deleted, or completed, since its row was read. */
async function wasDeleted(db: pg.ClientBase, { group, name }: NamedBlob): Promise<boolean> {
  const { rows } = await db.query(
    `select from uploads u left join upload_pieces p on p.upload_id = u.upload_id and p.blob = $2
     where u.upload_id = $1 and u.deleted_at is null
       and (u.content_blob = $2 or u.preview_blob = $2 or (u.status = 'uploading' and p.blob is not null))`,
    [group, name],
  );
  return rows.length === 0;
}
