// `skein undrain`.
import type { Command } from 'commander';
import { undrained } from '../../../cluster/fabric/operations/intent.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { hostOrPlace } from '../cluster/names.ts';
import { readState } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { wrongUse } from '../errors.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { drainedAs } from './drain.ts';

export function addUndrain(program: Command): void {
  const command = program
    .command('undrain')
    .argument('<host|place>', 'as it was drained')
    .description('let a drained host or worker serve again; the leader gives it its share')
    .addOption(jsonOption())
    .action(onCluster(undrain));
  examples(command, ['skein undrain two', 'skein undrain two/1']);
}

async function undrain(access: ClusterAccess, name: string, options: OutputOptions): Promise<void> {
  const state = await readState(access);
  const { drains } = state.intent;
  // One whose host is gone for good is not known any more, but may be on the list.
  if (!(name in drains)) {
    const { kind } = hostOrPlace(state, name);
    const by = kind === 'place' ? drainedAs(state, name) : null;
    if (by) throw wrongUse(`${name} is drained with its host: skein undrain ${by}`);
    const places = Object.keys(drains).filter((each) => each.startsWith(`${name}/`));
    if (places.length > 0) {
      throw wrongUse(`Not the host ${name} is drained, but ${places.join(', ')}: skein undrain ${places[0]}`);
    }
  }
  await access.changeIntent((intent) => undrained(intent, name));
  print(options, { undrained: name, wasDrained: name in drains }, () =>
    name in drains
      ? `${name} serves again; it is given its shards within seconds: skein shards list.`
      : `${name} is not drained: nothing to do.`,
  );
}
