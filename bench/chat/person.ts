// One person of a run: a client, connected, in some conversations, writing and reacting when told to and keeping what is
// shown.
import { RequestError, type ConversationEvent } from '../../protocol/client/index.ts';
import { BenchError } from '../bench-error.ts';
import { nowUs } from '../clock.ts';
import { writeBody } from './body.ts';
import { NumberList } from '../verify/number-list.ts';
import { Place } from './place.ts';
import { emojis, isReaction, outcomes, type HistoryRecord } from '../verify/record.ts';
import { retried } from './retried.ts';
import type { Talker, TalkerListener } from './talker.ts';
import type { World } from './world.ts';

/** A written message: its place and number, and whether it was accepted. */
export interface Written {
  readonly place: Place;
  readonly number: number;
  readonly settled: Promise<boolean>;
}

export class Person implements TalkerListener {
  /** Among all people of the run. */
  readonly number: number;
  readonly places: readonly Place[];
  readonly #world: World;
  readonly #talker: Talker;
  #userId = '';
  /** Settles when what is being prepared is done or has failed. */
  #waiting: PromiseWithResolvers<void> | null = null;
  #cutAtUs: number | null = null;
  /** Places that are not followed again since. */
  readonly #away = new Set<Place>();

  constructor(number: number, world: World, talker: (listener: TalkerListener) => Talker) {
    this.number = number;
    this.#world = world;
    this.places = Array.from(
      world.plan.conversations.at(number),
      (conversation) => new Place(conversation, number, world),
    );
    this.#talker = talker(this);
  }

  get isOnline(): boolean {
    return this.#talker.isOnline;
  }
  /** Empty before the first connection. */
  get userId(): string {
    return this.#userId;
  }

  async connect(withinMs: number): Promise<void> {
    this.#waiting = Promise.withResolvers();
    this.#talker.connect();
    await this.#wait(withinMs, 'was not online');
  }

  /** Opens those conversations whose opener this is, both sides a direct one; [conversation, id] each. */
  async open(withinMs: number): Promise<[conversation: number, id: string][]> {
    const { plan, userIds, settings } = this.#world;
    const opened: [number, string][] = [];
    for (const { conversation, member } of this.places) {
      const others = Array.from(plan.members.at(conversation), (person) => userIds[person]!).toSpliced(
        member,
        1,
      );
      if (settings.layout.kind !== 'pairs' && member !== 0) continue;
      const { requests } = this.#talker;
      const { conversationId: id } = await retried(
        () =>
          settings.layout.kind === 'pairs'
            ? requests.openDirect(others[0]!)
            : requests.createGroup(others, {
                name: `bench ${conversation}`,
                description: '',
                avatarId: null,
              }),
        withinMs,
      );
      opened.push([conversation, id]);
    }
    return opened;
  }

  /** Resolves when every subscription stands. */
  async follow(withinMs: number): Promise<void> {
    if (this.places.length === 0) return;
    this.#waiting = Promise.withResolvers();
    for (const { id } of this.places) this.#talker.follow(id);
    await this.#wait(withinMs, 'did not follow everything');
  }

  write(conversation: number, dueUs: number): Written {
    const { settings, tally } = this.#world;
    const { run, bodyBytes } = settings;
    const place = this.places.find((each) => each.conversation === conversation)!;
    const number = place.writing();
    tally.onSent(dueUs, nowUs());
    const body = writeBody({ run, conversation, member: place.member, number, dueUs }, bodyBytes);
    const settled = this.#talker.send(place.id, body).then(
      (seq) => {
        place.settle(number, outcomes.accepted, seq);
        tally.onAccepted(dueUs, nowUs(), place.others);
        return true;
      },
      (error: unknown) => {
        place.settle(number, outcomes.refused, 0);
        tally.onRefused(error instanceof RequestError ? error.code : String(error));
        return false;
      },
    );
    return { place, number, settled };
  }

  /** False when nothing can be reacted to here now. @param index counts the reactions of the run */
  react(place: Place, index: number, dueUs: number, withinMs: number): boolean {
    const reaction = place.nextReaction(index);
    if (!reaction) return false;
    const { tally } = this.#world;
    const { target, emoji, present } = reaction;
    const at = place.reacting(reaction, dueUs);
    tally.onReacted();
    // To say the same again does no harm, and it is one change.
    retried(() => this.#talker.requests.react(place.id, target, emojis[emoji]!, present), withinMs).then(
      () => {
        place.reacted(at, outcomes.accepted);
        tally.onReactionAccepted(dueUs, nowUs());
      },
      (error: unknown) => {
        const { cause } = error as Error;
        const isFinal = cause instanceof RequestError && !cause.retryable;
        place.reacted(at, isFinal ? outcomes.refused : outcomes.open);
        tally.onReactionRefused(cause instanceof RequestError ? cause.code : String(error));
      },
    );
    return true;
  }

  /** Loses the socket; `comingBack` of the tally tells how long it took to be back with everything followed. */
  cut(): void {
    if (!this.isOnline || this.#cutAtUs !== null) return;
    this.#cutAtUs = nowUs();
    for (const place of this.places) this.#away.add(place);
    this.#world.tally.onCut();
    this.#talker.cut();
  }

  /** Everything that stands in a conversation, with the summaries of reactions. */
  async readHistory(place: Place, withinMs: number): Promise<HistoryRecord> {
    const events = new NumberList();
    const reactions = new NumberList(new Int32Array(0));
    let lastSeq = 0;
    for (let more = true; more;) {
      const after = lastSeq;
      const page = await retried(() => this.#talker.requests.history(place.id, 'after', after), withinMs);
      for (const event of page.events) {
        const { member, number } = place.identify(event);
        events.push3(event.seq, member, number);
        if (event.type !== 'message') continue;
        for (const { emoji, count } of event.reactions)
          reactions.push3(event.seq, (emojis as readonly string[]).indexOf(emoji), count);
      }
      lastSeq = page.events.at(-1)?.seq ?? lastSeq;
      more = page.more && lastSeq > after;
    }
    return { conversation: place.conversation, events: events.slice(), reactions: reactions.slice() };
  }

  online(userId: string): void {
    this.#userId = userId;
    this.#waiting?.resolve();
    if (this.places.length === 0) this.#noteBack();
  }

  ended(reason: string): void {
    this.#waiting?.reject(new BenchError(`Person ${this.number} was turned away: ${reason}.`));
  }

  subscribed(conversationId: string, headSeq: number): void {
    const place = this.#placeOf(conversationId);
    if (!place) return;
    place.headSeq ??= headSeq;
    if (this.#away.delete(place)) this.#noteBack();
    if (this.#waiting && this.places.every((each) => each.headSeq !== null)) this.#waiting.resolve();
  }

  refused(conversationId: string, code: string, message: string): void {
    const sentence = `Person ${this.number} cannot follow conversation ${conversationId} (${code}): ${message}`;
    if (!this.#waiting) throw new BenchError(sentence);
    this.#waiting.reject(new BenchError(sentence));
  }

  event(conversationId: string, event: ConversationEvent): void {
    const place = this.#placeOf(conversationId);
    if (!place) return;
    const { tally } = this.#world;
    const { member, number, dueUs } = place.show(event);
    if (number >= 0) {
      if (member === place.member) tally.shownToWriter++;
      else tally.onDelivered(dueUs, nowUs());
    } else if (isReaction(number) && dueUs > 0 && member !== place.member) {
      tally.onReactionShown(dueUs, nowUs());
    }
  }

  #noteBack(): void {
    if (this.#cutAtUs === null || this.#away.size > 0) return;
    this.#world.tally.onBack(nowUs() - this.#cutAtUs);
    this.#cutAtUs = null;
  }

  #placeOf(conversationId: string): Place | undefined {
    for (const place of this.places) if (place.id === conversationId) return place;
    return undefined;
  }

  async #wait(withinMs: number, what: string): Promise<void> {
    const waiting = this.#waiting!;
    const late = () =>
      waiting.reject(new BenchError(`Person ${this.number} ${what} in time: ${this.#talker.condition}.`));
    const timer = setTimeout(late, withinMs);
    try {
      await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }
}
