// Shared by the people of one generator: the plan, everyone's identity, and the events shown in each conversation.
import type { GeneratorSettings } from './commands.ts';
import { NumberList } from '../verify/number-list.ts';
import { Plan } from './plan.ts';
import { Tally } from './tally.ts';

export class World {
  readonly settings: GeneratorSettings;
  readonly plan: Plan;
  readonly tally = new Tally();
  /** By number in the run. */
  userIds: readonly string[] = [];
  /** By number of the conversation. */
  conversationIds: readonly string[] = [];
  /** When reactions of this generator's people were due, by conversation, member and number. */
  readonly reactionsDueUs = new Map<string, number>();
  readonly #common = new Map<number, NumberList>();
  #people: Map<string, number> | null = null;

  constructor(settings: GeneratorSettings) {
    this.settings = settings;
    this.plan = new Plan(settings);
  }

  /** Undefined for strangers. */
  personOf(userId: string): number | undefined {
    this.#people ??= new Map(this.userIds.map((id, person) => [id, person]));
    return this.#people.get(userId);
  }

  /** Events of a conversation as shown to everyone here, for as long as they agree. */
  commonOf(conversation: number): NumberList {
    let common = this.#common.get(conversation);
    if (!common) this.#common.set(conversation, (common = new NumberList()));
    return common;
  }

  /** Of the conversations in which someone here is. */
  get common(): ReadonlyMap<number, NumberList> {
    return this.#common;
  }
}
