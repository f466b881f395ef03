// Puts one person's chat together: the device from IndexedDB, the SDK's client, the store, the session.
import { IndexedDbOutboxStore, SkeinClient } from '../../../protocol/client/index.ts';
import { nextFrame } from '../browser/next-frame.ts';
import { AccessTokens } from './account/access-tokens.ts';
import { openDatabase } from './device/database.ts';
import { deviceName } from './device/device-name.ts';
import { Kept } from './device/kept.ts';
import { deviceOf, markRegistered, type Device } from './device/device.ts';
import { reduce } from '../store/reduce.ts';
import { initialState } from '../store/state.ts';
import { Store } from '../store/store.ts';
import { ChatSession } from './chat-session.ts';
import { AlertTabs } from './notifications/alert-tabs.ts';

export async function startChat(userId: string, onSignedOut: (reason: string) => void): Promise<ChatSession> {
  const database = await openDatabase();
  const device = await deviceOf(database, userId);
  const outboxStore = new IndexedDbOutboxStore(userId);
  const { token } = new AccessTokens(userId);
  const kept = new Kept(userId, localStorage);
  const client = new SkeinClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
    deviceId: device.deviceId,
    clientName: 'skein-web',
    token,
    outboxStore,
  });
  const tabs = 'locks' in navigator ? new AlertTabs(userId, kept) : null;
  const session = new ChatSession({
    client,
    store: new Store(reduce, initialState(userId), nextFrame),
    outboxStore,
    token,
    kept,
    wantsAlerts: async () => (await tabs?.wantAlert()) ?? false,
    onStopped: () => tabs?.stop(),
    onSignedOut,
  });
  registerOnce(client, database, device);
  // Messages that an earlier page left unsent are on the screen before anything new.
  await client.loadOutbox();
  session.start();
  return session;
}

/** Tells the server this device's public key, the first time it is online (ACC-3). */
function registerOnce(client: SkeinClient, database: IDBDatabase, device: Device): void {
  if (device.registered) return;
  const off = client.on('state', (state) => {
    if (state.name !== 'online') return;
    client
      .registerDevice(deviceName(navigator.userAgent), device.publicKey)
      .then(() => {
        off();
        return markRegistered(database, device);
      })
      .catch(() => undefined); // again at the next connect
  });
}
