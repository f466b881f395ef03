// The shapes of commands, for those that come from another process: types say what our own code may send, and shapes are
// looked at when a command arrives. Fields that a shape does not know are left alone, since the sender may be newer.
import { Type, type TSchema } from '@sinclair/typebox';

/** By the type of each command: a schema for each of its fields. */
export type Shapes<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly command: infer Given }
    ? { readonly [Field in Exclude<keyof Given, 'type'>]-?: TSchema }
    : never;
};

export const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);

/** A field that an actor sets for itself, and that nobody may send. */
export const neverSent: TSchema = Type.Optional(Type.Undefined());
