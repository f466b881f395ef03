// HTTP requests that two programs may read in two ways: where the body ends, or whom they are for. A proxy in front of us
// could take one way and we the other, and what is the body of one request would be the beginning of another
// (RFC 9112, 3.2 and 6.3). uWebSockets takes the first of two such headers, and any transfer coding for `chunked`.

type Visit = (name: string, value: string) => void;

/** Sentence that says what is wrong; null: nothing. @param forEach tells each header as it came, its name in lower case */
export function ambiguityOf(forEach: (visit: Visit) => void): string | null {
  let hosts = 0;
  const lengths: string[] = [];
  const codings: string[] = [];
  forEach((name, value) => {
    if (name === 'host') hosts++;
    else if (name === 'content-length') lengths.push(value);
    else if (name === 'transfer-encoding') codings.push(value.trim().toLowerCase());
  });
  if (hosts > 1) return 'The request has more than one Host.';
  if (lengths.length > 1) return 'The request has more than one Content-Length.';
  if (lengths.some((length) => !/^\d+$/.test(length))) return 'The Content-Length is no number.';
  if (codings.length > 1 || codings.some((coding) => coding !== 'chunked'))
    return 'The only transfer coding is chunked, and it is said once.';
  return codings.length + lengths.length > 1
    ? 'The request has a Content-Length and a transfer coding.'
    : null;
}
