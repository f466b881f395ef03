// Judge of what clients saw: the invariants of a messaging system that loses nothing it
// acknowledged. Pure; the load records, this judges. For histories that fit into memory event by event, with faults,
// removals, journals and the record; millions of messages of a run at full speed are checked by checker.ts.

export interface SentMessage {
  readonly conversationId: string;
  readonly key: string;
  readonly senderId: string;
  /** Position among this sender's messages in this conversation, from 0. */
  readonly order: number;
}

/** One event of a conversation; without a key when it is no message. */
export interface SeenEvent {
  readonly seq: number;
  readonly key: string | null;
}

/** One client's view of one conversation: events in the order in which the SDK handed them on. */
export interface Observation {
  readonly observer: string;
  readonly conversationId: string;
  readonly events: readonly SeenEvent[];
  /** Of someone who was put out in the end: need not know how the conversation went on. */
  readonly endsEarly: boolean;
}

/** Someone was put out of a conversation, and that was acknowledged. */
export interface Removal {
  readonly userId: string;
  readonly conversationId: string;
  /** Where the removal stands in the final record. */
  readonly seq: number;
  /** The last that they were shown before anyone asked them back in; 0: nothing. */
  readonly lastSeenSeq: number;
}

export interface Acknowledgement {
  readonly key: string;
  readonly seq: number;
}

export interface History {
  readonly sent: ReadonlyMap<string, SentMessage>;
  /** Every acknowledgement, in order of arrival; a key may be acknowledged more than once. */
  readonly acknowledged: readonly Acknowledgement[];
  /** Messages that were refused for good. */
  readonly refused: readonly string[];
  readonly observations: readonly Observation[];
  readonly removals: readonly Removal[];
  /** The final record of each conversation, by seq. */
  readonly final: ReadonlyMap<string, readonly SeenEvent[]>;
  /** The messages in PostgreSQL; null: not looked at. */
  readonly recorded: ReadonlyMap<string, readonly SeenEvent[]> | null;
  /** Entries of each conversation in each journal, in the journal's order. */
  readonly journals: readonly JournalPart[];
}

/** An event as a worker's journal holds it. */
export interface JournalPart {
  readonly incarnation: string;
  readonly conversationId: string;
  readonly seqs: readonly number[];
}

const shownMax = 5;

/** Every violation in words; empty when all invariants hold. The numbers are those of FAULTS.md. */
export function violations(history: History): string[] {
  return [
    ...acknowledgedExactlyOnce(history),
    ...refusedIsNowhere(history),
    ...sameKeySameResult(history),
    ...finalIsDense(history),
    ...observersAgree(history),
    ...senderOrderHolds(history),
    ...nothingAfterRemoval(history),
    ...oneWriter(history),
    ...recordHoldsAll(history),
  ];
}

/** 1: acknowledged once in the final history, at the acknowledged place; unacknowledged at most once. */
function acknowledgedExactlyOnce({ sent, acknowledged, final }: History): string[] {
  const places = new Map<string, number[]>();
  for (const events of final.values()) {
    for (const { key, seq } of events) if (key !== null) places.set(key, [...(places.get(key) ?? []), seq]);
  }
  const wrong = acknowledged
    .filter(({ key, seq }) => places.get(key)?.length !== 1 || places.get(key)![0] !== seq)
    .map(({ key, seq }) => `acknowledged ${key} at ${seq}, recorded at [${places.get(key) ?? ''}]`);
  const foreign = [...places]
    .filter(([key, at]) => at.length > 1 || !sent.has(key))
    .map(([key, at]) => `${key} recorded at [${at}], sent: ${sent.has(key)}`);
  return shorten('acknowledged exactly once', [...wrong, ...foreign]);
}

/** 1: who was told that a message is refused is not to find it in the history. */
function refusedIsNowhere({ refused, final }: History): string[] {
  const known = new Set(refused);
  const wrong = [...final.values()].flatMap((events) =>
    events.filter(({ key }) => key !== null && known.has(key)).map(({ key, seq }) => `${key} at ${seq}`),
  );
  return shorten('refused is nowhere', wrong);
}

/** 6. */
function sameKeySameResult({ acknowledged }: History): string[] {
  const first = new Map<string, number>();
  const wrong: string[] = [];
  for (const { key, seq } of acknowledged) {
    const known = first.get(key);
    if (known === undefined) first.set(key, seq);
    else if (known !== seq) wrong.push(`${key} got ${known}, then ${seq}`);
  }
  return shorten('same key, same result', wrong);
}

/** 2: sequence numbers are dense, from the conversation's creation on. */
function finalIsDense({ final }: History): string[] {
  const wrong = [...final].flatMap(([conversationId, events]) =>
    events
      .filter(({ seq }, index) => seq !== index + 1)
      .map(({ seq }) => `${conversationId} at ${seq}`)
      .slice(0, 1),
  );
  return shorten('dense sequence', wrong);
}

/** 2 and 3: what an observer saw over all its resumes is a gapless run of the final history, without a repeat. */
function observersAgree({ observations, final }: History): string[] {
  const wrong = observations.flatMap(({ observer, conversationId, events, endsEarly }) => {
    const record = new Map(final.get(conversationId)?.map(({ seq, key }) => [seq, key]));
    const broken = events.findIndex(({ seq }, index) => index > 0 && seq !== events[index - 1]!.seq + 1);
    const other = events.find(({ seq, key }) => record.get(seq) !== key);
    const last = final.get(conversationId)?.at(-1)?.seq ?? 0;
    const end = events.at(-1)?.seq ?? 0;
    const problems = [];
    if (broken > 0) problems.push(`${observer} saw ${events[broken]!.seq} after ${events[broken - 1]!.seq}`);
    if (other)
      problems.push(`${observer} saw ${other.key} at ${other.seq}, recorded ${record.get(other.seq)}`);
    if (end !== last && !endsEarly) problems.push(`${observer} ended at ${end} of ${last}`);
    return problems;
  });
  return shorten('observers agree', wrong);
}

/** 4: a sender's messages stand in the order in which they were written. */
function senderOrderHolds({ sent, final }: History): string[] {
  const wrong: string[] = [];
  for (const [conversationId, events] of final) {
    const last = new Map<string, number>();
    for (const { key } of events) {
      const message = key === null ? undefined : sent.get(key);
      if (!message) continue;
      const before = last.get(message.senderId) ?? -1;
      if (message.order <= before)
        wrong.push(`${conversationId}: ${message.senderId}'s ${message.order} after ${before}`);
      last.set(message.senderId, message.order);
    }
  }
  return shorten('order of each sender', wrong);
}

/** 5: nothing that came after an acknowledged removal reached the one who was removed. */
function nothingAfterRemoval({ removals }: History): string[] {
  const wrong = removals
    .filter(({ seq, lastSeenSeq }) => lastSeenSeq > seq)
    .map(({ userId, seq, lastSeenSeq }) => `${userId} was put out at ${seq} and saw ${lastSeenSeq}`);
  return shorten('nothing after a removal', wrong);
}

/** 7: no event was written by two workers, and none behind the back of the conversation's present writer. */
function oneWriter({ journals }: History): string[] {
  const writers = new Map<string, string>();
  const wrong: string[] = [];
  for (const { incarnation, conversationId, seqs } of journals) {
    seqs.forEach((seq, index) => {
      const place = `${conversationId} at ${seq}`;
      const other = writers.get(place);
      if (other !== undefined) wrong.push(`${place} is in the journals of ${other} and ${incarnation}`);
      if (index > 0 && seq <= seqs[index - 1]!) wrong.push(`${incarnation} wrote ${place} out of order`);
      writers.set(place, incarnation);
    });
  }
  return shorten('one writer', wrong);
}

/** 8: PostgreSQL holds every message of the final history where it stands there, and no other. */
function recordHoldsAll({ final, recorded }: History): string[] {
  if (!recorded) return [];
  const wrong: string[] = [];
  for (const [conversationId, events] of final) {
    const rows = new Map(recorded.get(conversationId)?.map(({ seq, key }) => [seq, key]));
    for (const { seq, key } of events) {
      if (key !== null && rows.get(seq) !== key)
        wrong.push(`${conversationId}: ${key} at ${seq}, PostgreSQL has ${rows.get(seq)}`);
      rows.delete(seq);
    }
    for (const [seq, key] of rows)
      wrong.push(`${conversationId}: PostgreSQL has ${key} at ${seq}, nobody else`);
  }
  return shorten('PostgreSQL holds it', wrong);
}

function shorten(invariant: string, wrong: readonly string[]): string[] {
  if (wrong.length === 0) return [];
  const more = wrong.length > shownMax ? [`… ${wrong.length} in all`] : [];
  return [...wrong.slice(0, shownMax), ...more].map((text) => `${invariant}: ${text}`);
}
