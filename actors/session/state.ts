// A user's session as its events have made it, and what it makes of commands. Pure.
import { wireError, type WireError } from '../../protocol/errors.ts';
import { inboxEventTypes } from '../../protocol/events/event-types.ts';
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import { limits } from '../../protocol/limits.ts';
import type { NoteConversation, RegisterDevice } from './commands.ts';

export interface SessionState {
  readonly headSeq: number;
  readonly lastAtMs: number;
  /** Device id to the public key registered for it, in hex. */
  readonly devices: ReadonlyMap<string, string>;
}

export const emptySession: SessionState = { headSeq: 0, lastAtMs: 0, devices: new Map() };

export function evolve(state: SessionState, event: InboxEvent): SessionState {
  const [headSeq, lastAtMs] = event;
  if (event[2] !== inboxEventTypes.deviceAdded) return { ...state, headSeq, lastAtMs };
  const devices = new Map(state.devices).set(event[3], hex(event[5]));
  return { headSeq, lastAtMs, devices };
}

export function decideNote(state: SessionState, command: NoteConversation, nowMs: number): InboxEvent {
  const { conversationId, seq, byUserId } = command;
  const atMs = Math.max(nowMs, state.lastAtMs);
  return [state.headSeq + 1, atMs, inboxEventTypes.conversationAdded, conversationId, seq, byUserId];
}

/** Null: the device is registered with this key already. A new key for a known device replaces the old one. */
export function decideDevice(
  state: SessionState,
  command: RegisterDevice,
  nowMs: number,
): InboxEvent | WireError | null {
  const { deviceId, name, publicKey } = command;
  const known = state.devices.get(deviceId);
  if (known === hex(publicKey)) return null;
  if (known === undefined && state.devices.size >= limits.devicesPerUserMax)
    return wireError('too_many_devices');
  const atMs = Math.max(nowMs, state.lastAtMs);
  return [state.headSeq + 1, atMs, inboxEventTypes.deviceAdded, deviceId, name, publicKey];
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
