// One person's place in one conversation: what they wrote there, what they were shown, and how they react.
import type { ConversationEvent } from '../../protocol/client/index.ts';
import { readBody } from './body.ts';
import { NumberList } from '../verify/number-list.ts';
import {
  createdNumber,
  emojis,
  outcomes,
  reactionNumber,
  strangeNumber,
  View,
  type Outcome,
  type Reaction,
  type SeatRecord,
} from '../verify/record.ts';
import type { World } from './world.ts';

/** An event as the checker sees it. */
export interface Seen {
  readonly member: number;
  readonly number: number;
  /** 0: not known. */
  readonly dueUs: number;
}

/** Of this many reactions one takes another off again. */
const takeOffEvery = 4;
const strange: Seen = { member: -1, number: strangeNumber, dueUs: 0 };
const created: Seen = { member: -1, number: createdNumber, dueUs: 0 };

export class Place {
  readonly conversation: number;
  readonly member: number;
  readonly view: View;
  readonly #world: World;
  readonly #members: Int32Array;
  readonly #sent = new NumberList();
  readonly #reactions = new NumberList(new Int32Array(0));
  /** Null until it follows. */
  headSeq: number | null = null;
  /** Own messages that were shown. */
  #ownShown = 0;
  #awaited: { readonly number: number; readonly resolve: () => void }[] = [];
  isReacting = false;
  #lastMessageSeq = 0;
  /** The message that was reacted to last, and with which emojis, one bit each. */
  #target = 0;
  #placed = 0;

  constructor(conversation: number, person: number, world: World) {
    this.#world = world;
    this.conversation = conversation;
    this.#members = world.plan.members.at(conversation);
    this.member = this.#members.indexOf(person);
    this.view = new View(world.commonOf(conversation));
  }

  get id(): string {
    return this.#world.conversationIds[this.conversation]!;
  }
  get others(): number {
    return this.#members.length - 1;
  }

  get record(): SeatRecord {
    return {
      member: this.member,
      headSeq: this.headSeq ?? 0,
      sent: this.#sent.slice(),
      reactions: this.#reactions.slice(),
      ...this.view.record,
    };
  }

  /** Its number. */
  writing(): number {
    this.#sent.push2(outcomes.open, 0);
    return this.#sent.length / 2 - 1;
  }

  settle(number: number, outcome: Outcome, seq: number): void {
    this.#sent.set(number * 2, outcome);
    this.#sent.set(number * 2 + 1, seq);
  }

  show(event: ConversationEvent): Seen {
    const seen = this.identify(event);
    this.view.push(event.seq, seen.member, seen.number);
    if (seen.number >= 0) {
      this.#lastMessageSeq = event.seq;
      if (seen.member === this.member) this.#showOwn(seen.number);
    }
    return seen;
  }

  identify(event: ConversationEvent): Seen {
    const { settings, userIds } = this.#world;
    switch (event.type) {
      case 'created':
        return created;
      case 'message': {
        const mark = readBody(event.body, settings.run);
        // The words must be those of the person whom the server names as their sender.
        const isTrue =
          mark?.conversation === this.conversation && userIds[this.#members[mark.member]!] === event.by;
        return isTrue ? mark : strange;
      }
      case 'reaction': {
        const member = this.#members.indexOf(this.#world.personOf(event.by) ?? -1);
        const emoji = (emojis as readonly string[]).indexOf(event.emoji);
        if (member < 0 || emoji < 0) return strange;
        const number = reactionNumber({ target: event.messageSeq, emoji, present: event.present });
        return { member, number, dueUs: this.#world.reactionsDueUs.get(this.#keyOf(member, number)) ?? 0 };
      }
      default:
        return strange;
    }
  }

  /** Resolves when an own message was shown to its writer. */
  shown(number: number): Promise<void> {
    if (number < this.#ownShown) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.push({ number, resolve }));
  }

  /**
   * The next reaction to the newest message shown here; each one changes a summary. Null when there is
   * none, or the last reaction has no answer yet. @param index counts the reactions of the run
   */
  nextReaction(index: number): Reaction | null {
    if (this.isReacting || this.#lastMessageSeq === 0) return null;
    if (this.#target !== this.#lastMessageSeq) {
      this.#target = this.#lastMessageSeq;
      this.#placed = 0;
    }
    const takesOff = this.#placed !== 0 && index % takeOffEvery === takeOffEvery - 1;
    const emoji = takesOff ? 31 - Math.clz32(this.#placed) : index % emojis.length;
    return { target: this.#target, emoji, present: (this.#placed & (1 << emoji)) === 0 };
  }

  /** Its index, for `reacted`. */
  reacting(reaction: Reaction, dueUs: number): number {
    const number = reactionNumber(reaction);
    this.isReacting = true;
    this.#placed ^= 1 << reaction.emoji;
    this.#reactions.push2(number, outcomes.open);
    this.#world.reactionsDueUs.set(this.#keyOf(this.member, number), dueUs);
    return this.#reactions.length - 1;
  }

  reacted(index: number, outcome: Outcome): void {
    this.isReacting = false;
    this.#reactions.set(index, outcome);
  }

  #showOwn(number: number): void {
    this.#ownShown = number + 1;
    if (this.#awaited.length === 0) return;
    for (const each of this.#awaited) if (each.number <= number) each.resolve();
    this.#awaited = this.#awaited.filter((each) => each.number > number);
  }

  #keyOf(member: number, number: number): string {
    return `${this.conversation} ${member} ${number}`;
  }
}
