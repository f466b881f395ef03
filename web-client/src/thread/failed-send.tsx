// A message that was refused: why, and what can be done about it.
import { useSession } from '../session/use-chat.ts';

interface FailedSendProps {
  readonly messageKey: string;
  readonly reason: string;
}

export function FailedSend({ messageKey, reason }: FailedSendProps) {
  const { sending } = useSession();
  return (
    <p className="failed-send" role="alert">
      <span>Not sent. {reason}</span>
      <button type="button" className="link" onClick={() => sending.retry(messageKey)}>
        Retry
      </button>
      <button type="button" className="link" onClick={() => sending.discard(messageKey)}>
        Discard
      </button>
    </p>
  );
}
