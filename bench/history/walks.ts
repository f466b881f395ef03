// People who walk through filled conversations page by page, again and again, and check every page.
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { LightClient } from '../idle/light-client.ts';
import type { FilledConversation } from './filling.ts';
import { faultOf, walkThrough, type PageRequest } from './page-check.ts';

export interface ReadPage {
  readonly events: number;
  /** Fault of the page in words; null: none. */
  readonly fault: string | null;
}

export class Walk {
  readonly client: LightClient;
  readonly #conversation: FilledConversation;
  readonly #requests: readonly PageRequest[];
  #next = 0;

  private constructor(conversation: FilledConversation, side: 0 | 1, direction: HistoryDirection) {
    this.client = conversation.readers[side].client;
    this.#conversation = conversation;
    this.#requests = walkThrough(conversation.written.headSeq, direction);
  }

  /** One of each reader: half of them from the end and half from the beginning (DM-3). */
  static through(conversations: readonly FilledConversation[]): Walk[] {
    return conversations.flatMap((each) => [new Walk(each, 0, 'before'), new Walk(each, 1, 'after')]);
  }

  /** Rejects with RequestError when it is refused, with BenchError when the connection ends. */
  async nextPage(): Promise<ReadPage> {
    const { id, written } = this.#conversation;
    const request = this.#requests[this.#next++ % this.#requests.length]!;
    const { direction, seq } = request;
    const where = { conversationId: id, direction, seq, limit: limits.historyPageMax };
    const page = await this.client.request({ opcode: opcodes.history, ...where });
    const fault =
      page.conversationId === id ? faultOf(page, request, written) : 'the page is of another conversation';
    return { events: page.events.length, fault: fault && `${direction} ${seq} of ${id}: ${fault}` };
  }
}
