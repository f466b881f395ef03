// Why something done to a message was refused, until it is closed or the next thing is done.
import { useChat, useSession } from '../session/use-chat.ts';
import { CloseIcon } from '../theme/icons.tsx';

export function RefusalBar({ conversationId }: { readonly conversationId: string }) {
  const { messages } = useSession();
  const refusal = useChat((state) => state.acts.refusal);
  if (refusal?.conversationId !== conversationId) return null;
  return (
    <p className="refusal" role="alert" data-testid="refusal">
      <span>{refusal.reason}</span>
      <button
        type="button"
        className="icon-button small"
        aria-label="Close"
        onClick={() => messages.say(conversationId, null)}
      >
        <CloseIcon />
      </button>
    </p>
  );
}
