// Everything a client may send.
import type { Named } from '../codec/named.ts';
import { GetConversation, ListConversations, Mute, OpenDirect } from './conversations.ts';
import { MoveCursor } from './cursor.ts';
import {
  AddMembers,
  CreateGroup,
  CreateInvite,
  DeleteConversation,
  GetInvitation,
  Join,
  ListMembers,
  RemoveMember,
  RevokeInvite,
  SetRole,
  UpdateGroup,
} from './groups.ts';
import { AnswerGroupRequest, ListGroupRequests, SetGroupsFrom } from './group-requests.ts';
import { Hello } from './hello.ts';
import { History } from './history.ts';
import { GetInsight, ListAudit, Moderate } from './insight.ts';
import { DeleteMessage, Edit, ListReactors, ListReceipts, ListRevisions, React, Typing } from './messages.ts';
import { Ping } from './ping.ts';
import { Reauthenticate } from './reauthenticate.ts';
import { Send } from './send.ts';
import { FollowInbox, ListNotifications, MarkNotifications, RegisterDevice, SignOut } from './session.ts';
import { Subscribe, Unsubscribe } from './subscribe.ts';
import { Block, FindUsers, ListBlocks, LookUpUsers, WatchPresence } from './users.ts';
import { Type } from './schema.ts';

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
  Edit,
  DeleteMessage,
  React,
  ListRevisions,
  ListReactors,
  ListReceipts,
  Typing,
  CreateGroup,
  AddMembers,
  RemoveMember,
  SetRole,
  UpdateGroup,
  DeleteConversation,
  CreateInvite,
  RevokeInvite,
  GetInvitation,
  Join,
  ListMembers,
  GetConversation,
  GetInsight,
  Mute,
  Block,
  ListBlocks,
  ListNotifications,
  MarkNotifications,
  WatchPresence,
  ListAudit,
  Moderate,
  SignOut,
  ListGroupRequests,
  AnswerGroupRequest,
  SetGroupsFrom,
]);
export type ClientFrame = Named<typeof ClientFrame>;
