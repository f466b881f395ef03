// An ejabberd for programs that may not import anything of ops; fetches one where the machine has none.
import { findEjabberd } from './ejabberd-binary.ts';
import { printFound } from './print-found.ts';

await printFound(() => findEjabberd());
