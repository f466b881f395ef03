// Commands that were quicker than the news: their gateway knows of a term of the shard that this worker does not know yet,
// mostly its own. They wait for the map. Sent back they would be repeated a tenth of a second later, in the middle of a
// pause that people feel (OPS-3).
import type { CommandEnvelope } from '../routing/envelopes.ts';

export interface EarlyCommand {
  readonly from: string;
  readonly envelope: CommandEnvelope;
}

const earlyMax = 1_000;

export class EarlyCommands {
  #held: EarlyCommand[] = [];

  /** False when there are too many: the gateway has to come again. */
  hold(from: string, envelope: CommandEnvelope): boolean {
    if (this.#held.length >= earlyMax) return false;
    this.#held.push({ from, envelope });
    return true;
  }

  /** All of them, in the order in which they came. */
  take(): readonly EarlyCommand[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
