// `skein forget`: takes a host that is gone for good off the lists.
import type { Command } from 'commander';
import { projectorKind } from '../../../cluster/processes/projector/share.ts';
import { hostKey } from '../../../cluster/processes/supervisor/host-name.ts';
import { hostOf, undrained, unpinned, type Intent } from '../../../cluster/fabric/operations/intent.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { livingHosts, livingMembers } from '../cluster/facts.ts';
import { hostNamed } from '../cluster/names.ts';
import { readState } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { badNews } from '../errors.ts';
import { print, type OutputOptions } from '../terminal/output.ts';

export function addForget(program: Command): void {
  const command = program
    .command('forget')
    .argument('<host>', 'a host that will not come back')
    .description('take a host that is gone for good off the lists, with its drains and pins')
    .addOption(jsonOption())
    .action(onCluster(forget));
  examples(command, ['skein forget two'], 'Refused while the host or one of its workers is there.');
}

async function forget(access: ClusterAccess, name: string, options: OutputOptions): Promise<void> {
  const state = await readState(access);
  const host = hostNamed(state, name);
  const isThere =
    livingHosts(state).some((each) => each.host === host) ||
    livingMembers(state).some((member) => member.host === host);
  if (isThere) throw badNews(`${host} is there: stop its supervisor first, then forget it.`);
  const pins = pinsOf(state.intent, host);
  await access.changeIntent((intent) => withoutHost(intent, host));
  await access.kv.delete(hostKey(host));
  // Nobody else takes off the list what a projector that was killed has left there.
  const left = state.projectors.filter((projector) => projector.host === host);
  await Promise.all(left.map(({ id }) => access.kv.delete(`${projectorKind}.${id}`)));
  print(options, { forgotten: host, unpinned: pins }, () => `${host} is forgotten.`);
}

const pinsOf = ({ pins }: Intent, host: string): number[] =>
  Object.keys(pins)
    .map(Number)
    .filter((shard) => hostOf(pins[shard]!) === host);

function withoutHost(intent: Intent, host: string): Intent {
  const drains = Object.keys(intent.drains).filter((name) => name === host || hostOf(name) === host);
  return unpinned(
    drains.reduce((left, name) => undrained(left, name), intent),
    pinsOf(intent, host),
  );
}
