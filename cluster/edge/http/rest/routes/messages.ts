// Messages: sending them, changing them, reacting to them, and what is known of one.
import type { ErrorCode } from '../../../../../protocol/errors.ts';
import { ReactorList, RevisionList } from '../../../../../protocol/frames/messages.ts';
import { Accepted } from '../../../../../protocol/frames/send.ts';
import { opcodes } from '../../../../../protocol/opcodes.ts';
import type { Operation } from '../operation.ts';
import { nextReactors, pageDefault, unseen } from './paging.ts';

const all = '/v1/conversations/{conversationId}/messages';
const one = `${all}/{messageSeq}`;
const reaction = `${one}/reactions/{emoji}`;

const changing: readonly ErrorCode[] = [...unseen, 'message_not_found'];
const reacting: readonly ErrorCode[] = [...changing, 'message_deleted', 'emoji_invalid'];

export const messageRoutes: readonly Operation[] = [
  {
    method: 'post',
    path: all,
    operationId: 'sendMessage',
    summary: 'Send a message',
    description:
      'Answered once it is durable. Repeat a request that got no answer with the same `key` (or header ' +
      'Idempotency-Key): it is stored once, and the first answer comes again (MSG-4). Without a key the server makes ' +
      'one, and a repeat is another message.',
    tag: 'Messages',
    opcode: opcodes.send,
    keyed: true,
    defaults: { prev: null, replyTo: null, mentions: [], attachmentIds: [] },
    status: 201,
    answer: Accepted,
    refusals: [
      ...unseen,
      'body_empty',
      'body_too_large',
      'key_invalid',
      'key_from_future',
      'key_reused',
      'blocked',
      'message_not_found',
      'predecessor_missing',
      'upload_not_found',
      'upload_incomplete',
      'upload_already_attached',
      'attachment_type_refused',
    ],
  },
  {
    method: 'put',
    path: one,
    operationId: 'editMessage',
    summary: 'Edit your message',
    description: 'Within 15 minutes; the former text stays in its revisions.',
    tag: 'Messages',
    opcode: opcodes.edit,
    defaults: { mentions: [] },
    status: 204,
    answer: null,
    refusals: [
      ...changing,
      'message_deleted',
      'not_the_author',
      'too_late',
      'too_many_edits',
      'body_empty',
      'body_too_large',
    ],
  },
  {
    method: 'delete',
    path: one,
    operationId: 'deleteMessage',
    summary: 'Delete a message',
    description: 'Your own within 15 minutes; an admin any, at any time. Deleting it again changes nothing.',
    tag: 'Messages',
    opcode: opcodes.deleteMessage,
    status: 204,
    answer: null,
    refusals: [...changing, 'not_the_author', 'too_late'],
  },
  {
    method: 'get',
    path: `${one}/revisions`,
    operationId: 'listRevisions',
    summary: 'List the texts that a message has had, oldest first',
    tag: 'Messages',
    opcode: opcodes.revisions,
    status: 200,
    answer: RevisionList,
    refusals: [...changing, 'message_deleted'],
  },
  {
    method: 'get',
    path: reaction,
    operationId: 'listReactors',
    summary: 'List who put an emoji on a message',
    tag: 'Messages',
    opcode: opcodes.reactors,
    defaults: { after: null, limit: pageDefault },
    status: 200,
    answer: ReactorList,
    next: nextReactors,
    refusals: [...changing, 'message_deleted'],
  },
  {
    method: 'put',
    path: reaction,
    operationId: 'addReaction',
    summary: 'Put an emoji on a message',
    tag: 'Messages',
    opcode: opcodes.react,
    fixed: { present: true },
    status: 204,
    answer: null,
    refusals: [...reacting, 'too_many_emojis'],
  },
  {
    method: 'delete',
    path: reaction,
    operationId: 'removeReaction',
    summary: 'Take your emoji off a message',
    tag: 'Messages',
    opcode: opcodes.react,
    fixed: { present: false },
    status: 204,
    answer: null,
    refusals: reacting,
  },
];
