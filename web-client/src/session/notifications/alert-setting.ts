// Whether this device shows the browser's notifications: what the browser permits, and what the person wants.
import type { Kept } from '../device/kept.ts';

const item = 'alerts';

export type AlertSetting = 'unsupported' | 'denied' | 'off' | 'on';

export function alertSetting(kept: Kept): AlertSetting {
  if (!('Notification' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && kept.get(item) === 'on' ? 'on' : 'off';
}

/** Asks the browser's permission if need be: only ever on a click. */
export async function turnAlerts(kept: Kept, on: boolean): Promise<void> {
  if (on && Notification.permission === 'default') await Notification.requestPermission();
  kept.set(item, on ? 'on' : null);
}
