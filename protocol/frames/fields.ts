// The kinds of value that fields of frames are made of.
import { Type, type TSchema } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { uuidPattern } from '../ids.ts';

/** Chosen by the client, unique among its unanswered requests; 0 in frames that answer nothing. */
export const RequestId = Type.Integer({ minimum: 0, maximum: 0xffffffff });
/** Canonical lower-case UUID text. */
export const Uuid = Type.String({ pattern: uuidPattern });
/** A sequence number; 0 stands before the first. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Milliseconds since the Unix epoch. May arrive as a float with an integral value. */
export const TimeMs = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Token = Type.String({ minLength: 1, maxLength: limits.tokenLengthMax });
export const Text = Type.String();

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
