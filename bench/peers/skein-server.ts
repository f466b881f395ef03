// Skein as one of the set-ups: started as for the other scenarios, with its people known and their conversations open.
import { bounded } from '../bounded.ts';
import { retried } from '../chat/retried.ts';
import { fetchTokens } from '../chat/tokens.ts';
import { LightClient } from '../idle/light-client.ts';
import { openTarget } from '../server/target.ts';
import { localAddresses } from '../wire/local-addresses.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import type { Conversation } from '../../protocol/frames/conversations.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { PeerServers } from './peer-servers.ts';
import { newKey, type Seat } from './skein-dialect.ts';

const withinMs = 60_000;
const atOnce = 32;

export interface SkeinWishes {
  readonly workers: number;
  readonly people: number;
  /** Else in pairs: 0 with 1, 2 with 3. */
  readonly inRoom: boolean;
}

export async function startSkein(
  { workers, people, inRoom }: SkeinWishes,
  started: AsyncDisposable[],
): Promise<PeerServers> {
  const options = { server: null, workers, keep: false, profile: undefined, json: undefined };
  const target = await openTarget(options, started, () => undefined);
  const url = target.url.replace(/^http/, 'ws');
  const numbers = Array.from({ length: people }, (_, person) => person);
  const tokens = await fetchTokens(
    target.issuer,
    numbers.map((person) => `peer_${person}`),
  );
  const [localAddress] = localAddresses(people);
  const clients: LightClient[] = [];
  await bounded(numbers, atOnce, async (person) => {
    const settings = { url: `${url}/ws`, token: tokens[person]!, localAddress, counter: new WireCounter() };
    clients[person] = await LightClient.connect(settings, withinMs);
  });
  const userIds = clients.map(({ userId }) => userId);
  const seats: Seat[] = [];
  const open = async ([first, ...others]: readonly number[]): Promise<void> => {
    const otherIds = others.map((person) => userIds[person]!);
    const client = clients[first!]!;
    const key = newKey();
    const room = { name: 'room', description: '', avatarId: null };
    const answer = await retried<Conversation>(
      () =>
        inRoom
          ? client.request({ opcode: opcodes.createGroup, key, memberIds: otherIds, ...room })
          : client.request({ opcode: opcodes.openDirect, userId: otherIds[0]! }),
      withinMs,
    );
    const { conversationId } = answer.conversation;
    for (const person of [first!, ...others]) seats[person] = { token: tokens[person]!, conversationId };
  };
  const pairs = numbers.filter((person) => person % 2 === 0).map((person) => [person, person + 1]);
  await bounded(inRoom ? [numbers] : pairs, atOnce, open);
  for (const client of clients) client.close();
  return { urls: [url], pids: [target.pid!], redisPid: null, redisVersion: null, seats };
}
