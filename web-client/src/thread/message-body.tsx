// A message's words, with links to follow and the people it names marked: this person's own name stronger.
import { Fragment, memo } from 'react';
import { messageParts, type MessagePart } from '../../../protocol/text/message-parts.ts';
import { withShownMarks } from '../../../protocol/text/visible.ts';
import { useShownPeople } from '../message/shown-people.ts';
import type { Person } from '../store/state.ts';

interface MessageBodyProps {
  readonly body: string;
  /** User ids of those whom the message really names: the others of its handles are just text. */
  readonly mentions: readonly string[];
}

export const MessageBody = memo(function MessageBody({ body, mentions }: MessageBodyProps) {
  const parts = messageParts(body);
  const { people, me } = useShownPeople();
  const byHandle = new Map<string, Person>();
  for (const userId of mentions) {
    const person = userId === me?.userId ? me : people.get(userId);
    if (person) byHandle.set(person.handle.toLowerCase(), person);
  }
  return (
    <span className="body" dir="auto" data-testid="message-body">
      {parts.map((part, i) => (
        <Fragment key={i}>
          <Part part={part} person={part.handle === null ? undefined : byHandle.get(part.handle)} me={me} />
        </Fragment>
      ))}
    </span>
  );
});

interface PartProps {
  readonly part: MessagePart;
  readonly person: Person | undefined;
  readonly me: Person | null;
}

function Part({ part: { text, href }, person, me }: PartProps) {
  if (href !== null) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {withShownMarks(text)}
      </a>
    );
  }
  if (!person) return text;
  const isMe = person.userId === me?.userId;
  return (
    <strong
      className={isMe ? 'at-name me' : 'at-name'}
      data-testid="mention"
      title={isMe ? 'You' : person.displayName}
    >
      {text}
    </strong>
  );
}
