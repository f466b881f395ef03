// Messages that were on this screen and that the server has lost since: told, and one's own can be sent again.
import { useSession } from '../session/use-chat.ts';
import type { Message } from '../store/message.ts';
import type { Conversation } from '../store/state.ts';
import { Name } from '../theme/name.tsx';

interface LostMessagesProps {
  readonly conversation: Conversation;
  readonly myId: string;
}

export function LostMessages({ conversation: { id, lost, members }, myId }: LostMessagesProps) {
  const { store } = useSession();
  if (lost.length === 0) return null;
  const nameOf = (senderId: string) =>
    senderId === myId ? 'You' : (members.find(({ userId }) => userId === senderId)?.displayName ?? 'Someone');
  return (
    <section className="lost-messages" role="status" aria-label="Messages that the server has lost">
      <p>The server has lost these messages. Nobody else will see them.</p>
      <ul>
        {lost.map((message) => (
          <li key={message.key}>
            <strong>
              <Name>{nameOf(message.senderId)}</Name>
            </strong>{' '}
            <span dir="auto">{message.body}</span>
            {message.senderId === myId && <SendAgain conversationId={id} message={message} />}
          </li>
        ))}
      </ul>
      <button type="button" className="link" onClick={() => store.dispatch({ type: 'lostPutAway', id })}>
        Hide
      </button>
    </section>
  );
}

function SendAgain({
  conversationId,
  message,
}: {
  readonly conversationId: string;
  readonly message: Message;
}) {
  const { sending, store } = useSession();
  const { key } = message;
  const send = async () => {
    const isKept = await sending.sendAgain(conversationId, message);
    if (isKept) store.dispatch({ type: 'lostSentAgain', id: conversationId, key });
  };
  return (
    <button type="button" className="link" onClick={() => void send()}>
      Send again
    </button>
  );
}
