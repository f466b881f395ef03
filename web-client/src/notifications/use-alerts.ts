// Whether this device shows the browser's notifications: what the browser permits, and what the person wants.
import { useEffect, useState } from 'react';
import { useSession } from '../session/use-chat.ts';

const item = 'skein.alerts';

export type AlertSetting = 'unsupported' | 'denied' | 'off' | 'on';

export interface AlertSwitch {
  readonly setting: AlertSetting;
  /** Asks the browser's permission if need be: only ever on a click. */
  readonly turn: (on: boolean) => Promise<void>;
}

export function useAlerts(): AlertSwitch {
  const { alerts } = useSession();
  const [setting, setSetting] = useState(readSetting);
  useEffect(() => alerts.want(setting === 'on'), [alerts, setting]);
  const turn = async (on: boolean) => {
    if (on && Notification.permission === 'default') await Notification.requestPermission();
    if (on) localStorage.setItem(item, 'on');
    else localStorage.removeItem(item);
    setSetting(readSetting());
  };
  return { setting, turn };
}

function readSetting(): AlertSetting {
  if (!('Notification' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(item) === 'on' ? 'on' : 'off';
}
