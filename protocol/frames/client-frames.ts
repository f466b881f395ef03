// Everything a client may send.
import { Type, type Static } from '@sinclair/typebox';
import { ListConversations, OpenDirect } from './conversations.ts';
import { MoveCursor } from './cursor.ts';
import { Hello } from './hello.ts';
import { History } from './history.ts';
import { Ping } from './ping.ts';
import { Reauthenticate } from './reauthenticate.ts';
import { Send } from './send.ts';
import { FollowInbox, RegisterDevice } from './session.ts';
import { Subscribe, Unsubscribe } from './subscribe.ts';
import { FindUsers, LookUpUsers } from './users.ts';

export const ClientFrame = Type.Union([
  Hello,
  Reauthenticate,
  Ping,
  Send,
  Subscribe,
  Unsubscribe,
  History,
  MoveCursor,
  OpenDirect,
  ListConversations,
  FindUsers,
  LookUpUsers,
  RegisterDevice,
  FollowInbox,
]);
export type ClientFrame = Static<typeof ClientFrame>;
