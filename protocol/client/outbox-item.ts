// One message in the outbox: what applications see of it, and what the outbox keeps beside it.
import { RequestError, type ErrorCode } from '../errors.ts';
import type { QueuedMessage, SendFailure, WrittenMessage } from './outbox-store/outbox-store.ts';
import { localError } from './requests.ts';
import type { Acknowledgement } from './transmitter.ts';

export type OutboxState =
  /** In the store; waits for a connection, or for those before it. */
  | { readonly name: 'queued' }
  | { readonly name: 'sending' }
  /** Accepted, and gone from the outbox. */
  | { readonly name: 'sent'; readonly seq: number; readonly ordinal: number; readonly atMs: number }
  /** Refused for good, and kept until it is retried or discarded. */
  | { readonly name: 'failed'; readonly code: string; readonly message: string }
  /** Gone from the outbox unsent. A retry discards the message and queues it anew. */
  | { readonly name: 'discarded' };

export interface OutboxMessage extends WrittenMessage {
  readonly state: OutboxState;
}

export interface OutboxItem {
  message: QueuedMessage;
  /** Null until it is in the store. */
  state: OutboxState | null;
  readonly kept: PromiseWithResolvers<void>;
  readonly accepted: PromiseWithResolvers<Acknowledgement>;
  /** Settles when the last change of it is in the store. */
  stored: Promise<unknown>;
}

export function newItem(message: QueuedMessage): OutboxItem {
  const kept = Promise.withResolvers<void>();
  const accepted = Promise.withResolvers<Acknowledgement>();
  // Listeners of the changes need not look at these.
  kept.promise.catch(() => undefined);
  accepted.promise.catch(() => undefined);
  return { message, state: null, kept, accepted, stored: Promise.resolve() };
}

export function giveUp(item: OutboxItem, error: RequestError): void {
  item.kept.reject(error);
  item.accepted.reject(error);
}

export function failedBy({ code, message }: RequestError): OutboxState {
  return { name: 'failed', code, message };
}

export function storeError(cause: unknown): RequestError {
  const error = localError('outbox_unavailable');
  error.cause = cause;
  return error;
}

export function shown({ message }: OutboxItem, state: OutboxState): OutboxMessage {
  const { conversationId, key, writtenAtMs, content } = message;
  return { conversationId, key, writtenAtMs, content, state };
}

/** Refusal of the message by the server, in an earlier client's time. */
export function refusalOf({ code, message }: SendFailure): RequestError {
  return new RequestError({ code: code as ErrorCode, message, retryAfterMs: null });
}
