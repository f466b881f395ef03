// A dot on the picture of someone who is there now.
import './presence.css';
import { usePresence } from './use-presence.ts';

export function PresenceDot({ userId }: { readonly userId: string }) {
  const presence = usePresence(userId);
  if (!presence?.online) return null;
  return <span className="presence-dot" data-testid="online" role="img" aria-label="online" title="Online" />;
}
