// Choosing an emoji, with a mouse or with keys alone: the search field keeps the focus, the arrows move over what is
// shown, Enter takes it.
import './emoji.css';
import { Popover } from '../overlay/popover.tsx';
import { ClockIcon } from '../theme/icons.tsx';
import { categories } from './emoji-list.ts';
import { recently, useEmojiChoice } from './use-emoji-choice.ts';

interface EmojiPickerProps {
  readonly anchor: HTMLElement;
  readonly onChoose: (emoji: string) => void;
  readonly onClose: () => void;
}

const tabs = [{ name: recently, sign: <ClockIcon /> }, ...categories];

export function EmojiPicker({ anchor, onChoose, onClose }: EmojiPickerProps) {
  const choice = useEmojiChoice(onChoose);
  const { listId, typed, category, shown, place, current } = choice;
  return (
    <Popover label="Emoji" anchor={anchor} className="emoji-picker" testId="emoji-picker" onClose={onClose}>
      <input
        type="text"
        role="combobox"
        data-autofocus
        data-testid="emoji-search"
        aria-label="Search emoji"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current && `${listId}-${place}`}
        placeholder="Search emoji"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => choice.type(event.target.value)}
        onKeyDown={choice.pressed}
      />
      <div className="emoji-categories" role="group" aria-label="Categories">
        {tabs.map(({ name, sign }) => (
          <button
            key={name}
            type="button"
            aria-label={name}
            title={name}
            aria-pressed={typed === '' && category === name}
            onClick={() => choice.turnTo(name)}
          >
            {sign}
          </button>
        ))}
      </div>
      <ul id={listId} className="emoji-grid" role="listbox" aria-label={typed === '' ? category : 'Found'}>
        {shown.map(({ emoji, words }, i) => (
          <li
            key={emoji}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === place}
            aria-label={words}
            title={words}
            data-testid="emoji"
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choice.choose(emoji)}
          >
            {emoji}
          </li>
        ))}
      </ul>
      <p className="quiet emoji-name" role="status">
        {current ? current.words : 'No emoji is called that.'}
      </p>
    </Popover>
  );
}
