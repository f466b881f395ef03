// A message that was refused: why, and what can be done about it.
import { useSession } from '../chat/use-chat.ts';

interface FailedSendProps {
  readonly conversationId: string;
  readonly messageKey: string;
  readonly reason: string;
}

export function FailedSend({ conversationId, messageKey, reason }: FailedSendProps) {
  const { sending } = useSession();
  return (
    <p className="failed-send" role="alert">
      <span>Not sent. {reason}</span>
      <button type="button" className="link" onClick={() => sending.retry(conversationId, messageKey)}>
        Retry
      </button>
      <button type="button" className="link" onClick={() => sending.discard(conversationId, messageKey)}>
        Discard
      </button>
    </p>
  );
}
