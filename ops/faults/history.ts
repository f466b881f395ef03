// What clients saw, and whether it can be true: the invariants of a messaging system that loses nothing it
// acknowledged. Pure; the load records, this judges.

export interface SentMessage {
  readonly conversationId: string;
  readonly key: string;
  readonly senderId: string;
  /** Position among this sender's messages in this conversation, from 0. */
  readonly order: number;
}

export interface SeenMessage {
  readonly seq: number;
  readonly key: string;
}

/** One client's view of one conversation: events in the order in which the SDK handed them on. */
export interface Observation {
  readonly observer: string;
  readonly conversationId: string;
  readonly seqs: number[];
  readonly messages: SeenMessage[];
}

export interface History {
  readonly sent: ReadonlyMap<string, SentMessage>;
  /** Every acknowledgement, in order of arrival; a key may be acknowledged more than once. */
  readonly acknowledged: readonly { readonly key: string; readonly seq: number }[];
  /** Messages whose send was refused for good. */
  readonly refused: readonly string[];
  readonly observations: readonly Observation[];
  /** The final record of each conversation, by seq. */
  readonly final: ReadonlyMap<string, readonly SeenMessage[]>;
}

const shownMax = 5;

/** Every violation in words; empty when all invariants hold. */
export function violations(history: History): string[] {
  return [
    ...acknowledgedExactlyOnce(history),
    ...sameKeySameResult(history),
    ...finalIsDense(history),
    ...observersAgree(history),
    ...senderOrderHolds(history),
  ];
}

/** FAULTS 1: acknowledged once in the final history, at the acknowledged place; unacknowledged at most once. */
function acknowledgedExactlyOnce({ sent, acknowledged, final }: History): string[] {
  const places = new Map<string, number[]>();
  for (const messages of final.values()) {
    for (const { key, seq } of messages) places.set(key, [...(places.get(key) ?? []), seq]);
  }
  const wrong = acknowledged
    .filter(({ key, seq }) => places.get(key)?.length !== 1 || places.get(key)![0] !== seq)
    .map(({ key, seq }) => `acknowledged ${key} at ${seq}, recorded at [${places.get(key) ?? ''}]`);
  const foreign = [...places]
    .filter(([key, at]) => at.length > 1 || !sent.has(key))
    .map(([key, at]) => `${key} recorded at [${at}], sent: ${sent.has(key)}`);
  return shorten('acknowledged exactly once', [...wrong, ...foreign]);
}

/** FAULTS 6. */
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

/** FAULTS 2: sequence numbers are dense. The first event of a conversation is its creation. */
function finalIsDense({ final }: History): string[] {
  const wrong = [...final].flatMap(([conversationId, messages]) =>
    messages
      .filter(({ seq }, index) => seq !== index + 2)
      .map(({ seq }) => `${conversationId} at ${seq}`)
      .slice(0, 1),
  );
  return shorten('dense sequence', wrong);
}

/** FAULTS 2 and 3: what an observer saw is a gapless run of the final history, without a repeat. */
function observersAgree({ observations, final }: History): string[] {
  const wrong = observations.flatMap(({ observer, conversationId, seqs, messages }) => {
    const record = new Map(final.get(conversationId)?.map(({ seq, key }) => [seq, key]));
    const broken = seqs.findIndex((seq, index) => index > 0 && seq !== seqs[index - 1]! + 1);
    const other = messages.find(({ seq, key }) => record.get(seq) !== key);
    const last = final.get(conversationId)?.at(-1)?.seq ?? 1;
    const problems = [];
    if (broken > 0) problems.push(`${observer} saw ${seqs[broken]} after ${seqs[broken - 1]}`);
    if (other)
      problems.push(`${observer} saw ${other.key} at ${other.seq}, recorded ${record.get(other.seq)}`);
    if (messages.length > 0 && seqs.at(-1) !== last)
      problems.push(`${observer} ended at ${seqs.at(-1)} of ${last}`);
    return problems;
  });
  return shorten('observers agree', wrong);
}

/** FAULTS 4: a sender's messages stand in the order in which they were written. */
function senderOrderHolds({ sent, final }: History): string[] {
  const wrong: string[] = [];
  for (const [conversationId, messages] of final) {
    const last = new Map<string, number>();
    for (const { key } of messages) {
      const message = sent.get(key);
      if (!message) continue;
      if (message.order <= (last.get(message.senderId) ?? -1)) {
        wrong.push(
          `${conversationId}: ${message.senderId}'s ${message.order} after ${last.get(message.senderId)}`,
        );
      }
      last.set(message.senderId, message.order);
    }
  }
  return shorten('order of each sender', wrong);
}

function shorten(invariant: string, wrong: readonly string[]): string[] {
  if (wrong.length === 0) return [];
  const more = wrong.length > shownMax ? [`… ${wrong.length} in all`] : [];
  return [...wrong.slice(0, shownMax), ...more].map((text) => `${invariant}: ${text}`);
}
