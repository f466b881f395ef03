// Checks of what comes from other workers. NATS knows that a worker sent it, and not which one, nor that it runs our
// program: so what arrives is held to its shape, and a command to the shard that its actor lives in, before anything is
// done with it. A command that names nobody where its actor asks who it is would be done in nobody's name.
import { Type, type TLiteral, type TProperties, type TSchema } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import { conversationShapes } from '../../../actors/conversation/command-shapes.ts';
import { shardOf } from '../../../actors/runtime/address.ts';
import { sessionShapes } from '../../../actors/session/command-shapes.ts';
import type { Log } from '../../../actors/runtime/ports.ts';
import { orNull } from '../../../actors/runtime/shapes.ts';
import { Seq, Text, Uuid } from '../../../protocol/frames/fields.ts';
import { limits } from '../../../protocol/limits.ts';
import type { TargetKind } from './commands.ts';
import { envelopeCodes as codes, unpost, type Envelope, type Posted } from './envelopes.ts';

/** Reasons to refuse an arrival: the names of a metric's label. */
export type ArrivalFault = 'malformed' | 'unknown_command' | 'malformed_command' | 'wrong_shard';

export type Arrival =
  | { readonly ok: true; readonly envelope: Envelope }
  /** The correlation of a command, whose sender gets a refusal; else null. */
  | { readonly ok: false; readonly fault: ArrivalFault; readonly correlation: number | null };

type Check = TypeCheck<TSchema>;

const code = (value: number) => Type.Literal(value);
const key = Type.String({ minLength: 36, maxLength: 37 });
const userFrame = Type.Tuple([Uuid, Type.Uint8Array()]);
const reply = Type.Union([
  Type.Object({ ok: Type.Literal(true) }),
  Type.Object({ ok: Type.Literal(false), error: Type.Object({ code: Text }) }),
]);

/** By code: an envelope as it is on the bus. The command inside one has shapes of its own. */
const envelopes = new Map<number, Check>(
  [
    Type.Tuple([code(codes.command), Seq, Seq, Text, Uuid, Type.Object({ type: Text }), Seq]),
    Type.Tuple([code(codes.reply), Seq, reply]),
    Type.Tuple([code(codes.not_owner), Seq]),
    Type.Tuple([code(codes.publish), key, Seq, Type.Uint8Array()]),
    Type.Tuple([code(codes.forget), key]),
    Type.Tuple([code(codes.publish_each), key, Type.Array(userFrame)]),
    Type.Tuple([code(codes.drop), Seq, key, Type.Array(Uuid, { maxItems: 2 * limits.groupMembersMax })]),
    Type.Tuple([code(codes.dropped), Seq]),
    Type.Tuple([code(codes.presence), Uuid, Type.Boolean(), orNull(Type.Number())]),
    Type.Tuple([code(codes.unwatch), Uuid]),
    Type.Tuple([code(codes.lost)]),
  ].map((schema) => [(schema.items as unknown as [TLiteral<number>])[0].const, TypeCompiler.Compile(schema)]),
);

const shapesOf = {
  conversation: conversationShapes,
  session: sessionShapes,
  presence: { watch: {} },
} satisfies Record<TargetKind, Record<string, TProperties>>;

/** By the kind of target and the type of the command. */
const commands = new Map<string, Check>(
  Object.entries(shapesOf).flatMap(([kind, shapes]) =>
    Object.entries<TProperties>(shapes).map(([type, fields]) => [
      `${kind} ${type}`,
      TypeCompiler.Compile(Type.Object(fields)),
    ]),
  ),
);

/** A worker's door for what others send it. */
export class Arrivals {
  readonly #incarnation: string;
  readonly #log: Log;
  readonly refused: Record<ArrivalFault, number> = {
    malformed: 0,
    unknown_command: 0,
    malformed_command: 0,
    wrong_shard: 0,
  };

  constructor(incarnation: string, log: Log) {
    this.#incarnation = incarnation;
    this.#log = log;
  }

  take(from: string, posted: unknown): Arrival {
    // Its own messages were never out of this process.
    if (from === this.#incarnation) return { ok: true, envelope: unpost(posted as Posted) };
    const arrival = checkArrival(posted);
    if (!arrival.ok) {
      this.refused[arrival.fault]++;
      this.#log.warn({ from, fault: arrival.fault }, 'what another worker sent was refused');
    }
    return arrival;
  }
}

function checkArrival(posted: unknown): Arrival {
  const check = Array.isArray(posted) ? envelopes.get(posted[0] as number) : undefined;
  if (!check?.Check(posted)) return { ok: false, fault: 'malformed', correlation: null };
  const envelope = unpost(posted as Posted);
  if (envelope.type !== 'command') return { ok: true, envelope };
  const { address, command, shard, correlation } = envelope;
  const refuse = (fault: ArrivalFault): Arrival => ({ ok: false, fault, correlation });
  const shape = commands.get(`${address.kind} ${command.type}`);
  if (!shape) return refuse('unknown_command');
  if (!shape.Check(command)) return refuse('malformed_command');
  return shardOf(address.id) === shard ? { ok: true, envelope } : refuse('wrong_shard');
}
