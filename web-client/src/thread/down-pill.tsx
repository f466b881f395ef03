// For who has scrolled up: the way down, and whether something new waits there.
import { DownIcon } from '../theme/icons.tsx';
import { newMessages } from './list-row.tsx';

interface DownPillProps {
  readonly away: boolean;
  readonly unread: number;
  readonly onPress: () => void;
}

export function DownPill({ away, unread, onPress }: DownPillProps) {
  if (!away) return null;
  const words = unread > 0 ? `${newMessages(unread)}. Jump to the latest` : 'Jump to the latest message';
  return (
    <div className="down">
      <button
        type="button"
        className={unread > 0 ? 'pill' : 'pill round'}
        data-testid="to-bottom"
        aria-label={words}
        title={words}
        onClick={onPress}
      >
        {unread > 0 && newMessages(unread)}
        <DownIcon />
      </button>
    </div>
  );
}
