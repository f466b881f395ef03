// Muting a conversation on every device of this person (MSG-6), and ending that.
import { useState } from 'react';
import { limits } from '../../../protocol/limits.ts';
import { useSession } from '../session/use-chat.ts';
import { Menu } from '../overlay/menu.tsx';
import { saySo } from '../session/say-so.ts';
import { isMuted } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { BellIcon, MutedIcon } from '../theme/icons.tsx';
import { laterLabel } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';

const hourMs = 3_600_000;
/** null is for good. */
const choices: readonly (readonly [string, number | null])[] = [
  ['For 1 hour', hourMs],
  ['For 8 hours', 8 * hourMs],
  ['For 1 week', 7 * 24 * hourMs],
  ['Always', null],
];

export function MuteMenu({ conversation }: { readonly conversation: Conversation }) {
  const { groups } = useSession();
  const now = useNow();
  const [failure, setFailure] = useState<string | null>(null);
  const muted = isMuted(conversation, now);
  const mute = (forMs: number | null) => {
    setFailure(null);
    groups.mute(conversation.id, forMs).catch((error: unknown) => setFailure(saySo(error)));
  };
  const items = choices.map(([label, forMs]) => ({ label, onChoose: () => mute(forMs) }));
  if (muted) items.unshift({ label: 'Unmute', onChoose: () => mute(0) });
  return (
    <div className="details-line">
      <Menu label={muted ? 'Muted' : 'Mute'} className="button details-action" items={items}>
        {muted ? <MutedIcon /> : <BellIcon />}
        {muted ? 'Muted' : 'Mute'}
      </Menu>
      {(muted || failure !== null) && (
        <span className={failure ? 'dialog-failure' : 'handle'} role="status" data-testid="muted-until">
          {failure ?? untilLabel(conversation.mutedUntilMs, now)}
        </span>
      )}
    </div>
  );
}

function untilLabel(untilMs: number, now: number): string {
  return untilMs >= limits.muteUntilMsMax ? 'until you end it' : `until ${laterLabel(untilMs, now)}`;
}
