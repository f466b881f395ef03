// How far a message of one's own has come, as a small sign with a name.
import type { ReactNode } from 'react';
import type { MessageState } from '../store/select.ts';
import { AlertIcon, CheckIcon, ClockIcon, DoubleCheckIcon } from '../theme/icons.tsx';

const signs: Readonly<Record<Exclude<MessageState, 'received'>, readonly [string, ReactNode]>> = {
  queued: ['Waiting to be sent', <ClockIcon key="sign" />],
  sending: ['Sending', <ClockIcon key="sign" />],
  sent: ['Sent', <CheckIcon key="sign" />],
  delivered: ['Delivered', <DoubleCheckIcon key="sign" />],
  read: ['Read', <DoubleCheckIcon key="sign" />],
  failed: ['Not sent', <AlertIcon key="sign" />],
};

export function DeliveryState({ state }: { readonly state: MessageState }) {
  if (state === 'received') return null;
  const [label, icon] = signs[state];
  return (
    <span className={`delivery ${state}`} role="img" aria-label={label} title={label}>
      {icon}
    </span>
  );
}
