// Handles that nobody may take: people would take their owner for the server, for its operators, or for everyone.

const always = [
  ...['admin', 'administrator', 'root', 'system', 'skein', 'server', 'bot', 'official', 'staff', 'team'],
  ...['support', 'help', 'helpdesk', 'security', 'abuse', 'moderator', 'moderators', 'mod', 'mods'],
  ...['everyone', 'everybody', 'all', 'here', 'channel', 'group', 'me', 'you', 'anyone', 'nobody'],
  ...['null', 'undefined', 'deleted', 'unknown', 'anonymous', 'info', 'contact', 'postmaster', 'webmaster'],
];

/** @param more the installation's own, in any case */
export function reservedHandles(more: readonly string[] = []): ReadonlySet<string> {
  return new Set([...always, ...more.map((handle) => handle.trim().toLowerCase()).filter(Boolean)]);
}
