// Keys that belong to an input method, which chooses words with Enter and arrows, and not to whoever handles keys.
import type { KeyboardEvent } from 'react';

/** Key code that browsers give instead while an input method takes the key (UI Events, 7.3.1). */
const processKeyCode = 229;

/** Safari ends the composition before the key that ends it arrives: only the old key code tells it apart there. */
export function choosesWords(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === processKeyCode;
}
