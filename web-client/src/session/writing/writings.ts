// The writing of each conversation, made when it is first looked at.
import { Writing, type WritingParts } from './writing.ts';

export class Writings {
  readonly #parts: WritingParts;
  readonly #writings = new Map<string, Writing>();

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  of(conversationId: string): Writing {
    let writing = this.#writings.get(conversationId);
    if (!writing) {
      writing = new Writing(conversationId, this.#parts);
      this.#writings.set(conversationId, writing);
    }
    return writing;
  }
}
