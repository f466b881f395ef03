// The picture of a conversation: the other person's, with a dot while they are there, or the group's.
import { usePicture } from '../session/files/use-picture.ts';
import { PresenceDot } from '../presence/presence-dot.tsx';
import { peerOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { Avatar } from '../theme/avatar.tsx';
import { GroupAvatar } from '../theme/group-avatar.tsx';

interface ConversationAvatarProps {
  readonly conversation: Conversation;
  readonly myId: string;
}

export function ConversationAvatar({ conversation, myId }: ConversationAvatarProps) {
  const { id, kind, details } = conversation;
  const picture = usePicture(id, details.avatarId);
  if (kind === 'group') return <GroupAvatar id={id} name={details.name} picture={picture} />;
  const peer = peerOf(conversation, myId);
  return (
    <span className="with-presence">
      <Avatar userId={peer.userId} name={peer.displayName} />
      <PresenceDot userId={peer.userId} />
    </span>
  );
}
