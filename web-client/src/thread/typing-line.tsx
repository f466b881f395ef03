// Names of the people who are writing (MSG-6).
import { useChat } from '../session/use-chat.ts';
import { useNames } from '../people/use-people.ts';
import { typingSentence } from './typing-sentence.ts';

const nobody: readonly string[] = [];

export function TypingLine({ conversationId }: { readonly conversationId: string }) {
  const typing = useChat((state) => state.acts.typing.get(conversationId)) ?? nobody;
  const nameOf = useNames(typing);
  return (
    <p className="typing" data-testid="typing" role="status">
      {typing.length > 0 && (
        <>
          <span className="typing-dots" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          {typingSentence(typing.map(nameOf))}
        </>
      )}
    </p>
  );
}
