// Preloaded into every Node process of `npm run coverage`: writes every few seconds which code ran, since tests kill
// processes, and one that is killed writes nothing at its end.
// @ts-check
import { takeCoverage } from 'node:v8';

const everyMs = 5_000;
setInterval(takeCoverage, everyMs).unref();
