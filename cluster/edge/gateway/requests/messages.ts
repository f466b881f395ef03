// Requests about messages: sending, changing, reacting, and what is known of one.
import type { Accepted, Send } from '../../../../protocol/frames/send.ts';
import type { DeleteMessage } from '../../../../protocol/frames/messages.ts';
import type { WithoutId } from '../../../../protocol/frames/answers.ts';
import type { Done } from '../../../../protocol/frames/outcome.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import { emojiOf } from '../../../../protocol/text/emoji.ts';
import { accept } from '../../../../actors/runtime/reply.ts';
import { mentionsOf } from './mentions.ts';
import {
  askConversation,
  doneOr,
  answered,
  refused,
  refusedWith,
  type Answer,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';
import { checkMember, readStanding } from './standing-record.ts';

type Codes =
  | typeof opcodes.send
  | typeof opcodes.edit
  | typeof opcodes.deleteMessage
  | typeof opcodes.react
  | typeof opcodes.revisions
  | typeof opcodes.reactors;

export function messageRequests(dependencies: RequestDependencies): Handlers<Codes> {
  const { profiles, details } = dependencies;
  return {
    [opcodes.send]: ({ userId }, request) => send(dependencies, userId, request),
    async [opcodes.edit]({ userId }, { conversationId, messageSeq, body, mentions: named }) {
      const mentions = await mentionsOf(profiles, body, named);
      const command = { type: 'edit', by: userId, messageSeq, body, mentions } as const;
      return doneOr(await askConversation(dependencies, conversationId, command));
    },
    [opcodes.deleteMessage]: ({ userId }, request) => deleteMessage(dependencies, userId, request),
    async [opcodes.react]({ userId }, { conversationId, messageSeq, emoji, present }) {
      const command = { type: 'react', by: userId, messageSeq, emoji, present } as const;
      return doneOr(await askConversation(dependencies, conversationId, command));
    },
    async [opcodes.revisions]({ userId }, { conversationId, messageSeq }) {
      const standing = await checkMember(dependencies, userId, conversationId, messageSeq);
      if (!standing.ok) return refused(standing.error);
      const read = () => details.revisions(conversationId, messageSeq);
      const found = await readStanding(dependencies, standing.value, read);
      if (!found.ok) return refused(found.error);
      if (!found.value) return refusedWith('message_not_found');
      const { revisions } = found.value;
      return answered({ opcode: opcodes.revisionList, conversationId, messageSeq, revisions });
    },
    async [opcodes.reactors]({ userId }, { conversationId, messageSeq, emoji, after, limit }) {
      const standing = await checkMember(dependencies, userId, conversationId, messageSeq);
      if (!standing.ok) return refused(standing.error);
      const asked = { conversationId, messageSeq, emoji: emojiOf(emoji) ?? emoji, after, limit };
      const read = () => details.reactors(asked);
      const found = await readStanding(dependencies, standing.value, read);
      if (!found.ok) return refused(found.error);
      if (!found.value) return refusedWith('message_not_found');
      const { userIds, more } = found.value;
      return answered({ opcode: opcodes.reactorList, conversationId, messageSeq, userIds, more });
    },
  };
}

async function send(
  dependencies: RequestDependencies,
  userId: string,
  { conversationId, key, body, prev, replyTo, mentions: named, attachmentIds }: Send,
): Promise<Answer<WithoutId<Accepted>>> {
  const { attachments, profiles } = dependencies;
  const claim = { ownerId: userId, conversationId, key, uploadIds: attachmentIds };
  const claimed = attachmentIds.length === 0 ? accept([]) : await attachments.claim(claim);
  if (!claimed.ok) return refused(claimed.error);
  const mentions = await mentionsOf(profiles, body, named);
  const command = {
    type: 'send',
    by: userId,
    key,
    body,
    prev,
    replyTo,
    mentions,
    attachments: claimed.value,
  } as const;
  const reply = await askConversation(dependencies, conversationId, command);
  if (!reply.ok) return refused(reply.error);
  return answered({ opcode: opcodes.accepted, conversationId, key, ...reply.value });
}

/** The record is asked who administers this server only when nothing else permits it. */
async function deleteMessage(
  dependencies: RequestDependencies,
  userId: string,
  { conversationId, messageSeq }: DeleteMessage,
): Promise<Answer<WithoutId<Done>>> {
  const command = { type: 'delete_message', by: userId, messageSeq, asPlatformAdmin: false } as const;
  const reply = await askConversation(dependencies, conversationId, command);
  const mayHelp =
    !reply.ok && ['not_the_author', 'too_late', 'conversation_not_found'].includes(reply.error.code);
  if (!mayHelp || !(await dependencies.directory.isPlatformAdmin(userId))) return doneOr(reply);
  const asAdmin = { ...command, asPlatformAdmin: true } as const;
  return doneOr(await askConversation(dependencies, conversationId, asAdmin));
}
