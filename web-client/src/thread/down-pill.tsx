// For who has scrolled up: the way down, and whether something new waits there.
import { DownIcon } from '../theme/icons.tsx';

interface DownPillProps {
  readonly away: boolean;
  readonly unread: number;
  readonly onPress: () => void;
}

export function DownPill({ away, unread, onPress }: DownPillProps) {
  if (!away) return null;
  const label = unread === 1 ? '1 new message' : `${unread} new messages`;
  return (
    <div className="down">
      <button
        type="button"
        className={unread > 0 ? 'pill' : 'pill round'}
        data-testid="to-bottom"
        aria-label={unread > 0 ? undefined : 'To the latest message'}
        onClick={onPress}
      >
        {unread > 0 && label}
        <DownIcon />
      </button>
    </div>
  );
}
