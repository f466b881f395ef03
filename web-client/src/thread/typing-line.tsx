// Names of the people who are writing (MSG-6).
import { useChat } from '../session/use-chat.ts';
import { useNamesInText } from '../people/use-people.ts';
import { typingSentence } from './typing-sentence.ts';
import { Sentence } from '../theme/name.tsx';

const nobody: readonly string[] = [];

export function TypingLine({ conversationId }: { readonly conversationId: string }) {
  const typing = useChat((state) => state.acts.typing.get(conversationId)) ?? nobody;
  const nameOf = useNamesInText(typing);
  return (
    <p className="typing" data-testid="typing" role="status">
      {typing.length > 0 && (
        <>
          <span className="typing-dots" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          <span className="typing-names">
            <Sentence>{typingSentence(typing.map(nameOf))}</Sentence>
          </span>
        </>
      )}
    </p>
  );
}
