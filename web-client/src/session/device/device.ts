// This browser as one of the user's devices (ACC-3): an id and an X25519 key pair, made once for each user who signs
// in here. The private key stays in IndexedDB; only the public one is ever sent.
import nacl from 'tweetnacl';
import { answer, committed, devicesStore } from './database.ts';

export interface Device {
  readonly userId: string;
  readonly deviceId: string;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
  /** Whether the server has the public key. */
  readonly registered: boolean;
}

/** Id and keys live and die together: a new key pair under an old id would not match what the server knows. */
export async function deviceOf(database: IDBDatabase, userId: string): Promise<Device> {
  const fresh: Device = {
    userId,
    deviceId: crypto.randomUUID(),
    ...nacl.box.keyPair(),
    registered: false,
  };
  // Look and make in one transaction, so that two tabs make one device.
  const transaction = database.transaction(devicesStore, 'readwrite');
  const store = transaction.objectStore(devicesStore);
  const known = (await answer(store.get(userId))) as Device | undefined;
  if (!known) store.add(fresh);
  await committed(transaction);
  return known ?? fresh;
}

export async function markRegistered(database: IDBDatabase, device: Device): Promise<void> {
  const transaction = database.transaction(devicesStore, 'readwrite');
  transaction.objectStore(devicesStore).put({ ...device, registered: true });
  await committed(transaction);
}
