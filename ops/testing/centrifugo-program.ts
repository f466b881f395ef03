// A Centrifugo for programs that may not import anything of ops; builds one where the machine has none.
import { findCentrifugo } from './centrifugo-binary.ts';
import { printFound } from './print-found.ts';

await printFound(() => findCentrifugo());
