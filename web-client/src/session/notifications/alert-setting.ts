// Whether this device shows the browser's notifications: what the browser permits, and what the person wants.

const item = 'skein.alerts';

export type AlertSetting = 'unsupported' | 'denied' | 'off' | 'on';

export function alertSetting(): AlertSetting {
  if (!('Notification' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(item) === 'on' ? 'on' : 'off';
}

/** Whether alerts are to be shown now: they are on, and the person looks elsewhere. */
export function wantsAlerts(): boolean {
  return document.visibilityState === 'hidden' && alertSetting() === 'on';
}

/** Asks the browser's permission if need be: only ever on a click. */
export async function turnAlerts(on: boolean): Promise<void> {
  if (on && Notification.permission === 'default') await Notification.requestPermission();
  if (on) localStorage.setItem(item, 'on');
  else localStorage.removeItem(item);
}
