// Fills direct conversations with messages before they are read: both people of each write as fast as their limits
// allow, and what they wrote is remembered under the number that it was accepted with.
import { KeyMaker } from '../../protocol/ids.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { BenchError } from '../bench-error.ts';
import { bounded } from '../bounded.ts';
import { retried } from '../chat/retried.ts';
import { fetchTokens } from '../chat/tokens.ts';
import { LightClient, plainMessage } from '../idle/light-client.ts';
import type { WireCounter } from '../wire/wire-totals.ts';
import type { Written } from './page-check.ts';

export interface FillRequest {
  /** The server's WebSocket. */
  readonly url: string;
  readonly issuer: string;
  readonly run: string;
  /** Numbers of the conversations that this process fills. */
  readonly conversations: readonly number[];
  /** Messages in each. */
  readonly messages: number;
  readonly bytes: number;
}

export interface Reader {
  readonly client: LightClient;
  /** The access token of its user. */
  readonly token: string;
}

export interface FilledConversation {
  readonly id: string;
  readonly readers: readonly [Reader, Reader];
  readonly written: Written;
}

const patienceMs = 120_000;
const conversationsInFlightMax = 32;
/** Of one person at a time: a few share a journal record, many would only wait. */
const sendsInFlightMax = 16;

/** @param onMessage called for each that was accepted */
export async function fill(
  request: FillRequest,
  counter: WireCounter,
  onMessage: () => void,
): Promise<FilledConversation[]> {
  const { issuer, run, conversations } = request;
  const subjects = conversations.flatMap((number) => [
    `reader_${run}_${number}_0`,
    `reader_${run}_${number}_1`,
  ]);
  const tokens = await fetchTokens(issuer, subjects);
  const filled: FilledConversation[] = [];
  await bounded([...conversations.keys()], conversationsInFlightMax, async (at) => {
    const open = async (token: string): Promise<Reader> => ({
      token,
      client: await LightClient.connect(
        { url: request.url, token, localAddress: undefined, counter },
        patienceMs,
      ),
    });
    const readers = [await open(tokens[2 * at]!), await open(tokens[2 * at + 1]!)] as const;
    filled.push(await fillOne(readers, request, onMessage));
  });
  return filled;
}

async function fillOne(
  readers: readonly [Reader, Reader],
  { messages, bytes }: FillRequest,
  onMessage: () => void,
): Promise<FilledConversation> {
  const [{ client: first }, { client: second }] = readers;
  const opened = await retried(
    () => first.request({ opcode: opcodes.openDirect, userId: second.userId }),
    patienceMs,
  );
  const { conversationId: id, headSeq } = opened.conversation;
  const bodies = new Map<number, string>();
  const keys = new KeyMaker(() => Date.now());
  let next = 0;
  const lane = async (client: LightClient): Promise<void> => {
    while (next < messages) {
      const body = bodyOf(next++, bytes);
      bodies.set(await send(client, id, keys.next(), body), body);
      onMessage();
    }
  };
  await Promise.all(
    readers.flatMap(({ client }) => Array.from({ length: sendsInFlightMax }, () => lane(client))),
  );
  const written = { headSeq: headSeq + messages, bodies };
  if (bodies.size !== messages) throw new BenchError('Two messages were accepted under one number (MSG-1).');
  return { id, readers, written };
}

/** @returns the message's sequence number */
async function send(client: LightClient, id: string, key: string, body: string): Promise<number> {
  const answer = await retried(
    () => client.request({ opcode: opcodes.send, conversationId: id, key, body, ...plainMessage }),
    patienceMs,
  );
  return answer.seq;
}

function bodyOf(number: number, bytes: number): string {
  return `message ${number} `.padEnd(bytes, 'skein ');
}
