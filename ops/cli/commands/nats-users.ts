// `skein nats-users`: the users for a NATS of the operator's own, to be put into its configuration.
import type { Command } from 'commander';
import { clusterSecretFile, openClusterSecret } from '../../../cluster/cluster-secret.ts';
import { authorizationOf } from '../../../cluster/fabric/trust/nats-users.ts';
import { defaultStateDir } from '../../embedded/state-folder.ts';
import { examples } from '../command-line.ts';

export function addNatsUsers(program: Command): void {
  const command = program
    .command('nats-users')
    .description('the users and rights for the configuration of your own NATS, without any secret in them')
    .action(() => {
      const { SKEIN_NAMESPACE: namespace = 'skein' } = process.env;
      const secret = openClusterSecret(clusterSecretFile(process.env, defaultStateDir()));
      process.stdout.write(`${authorizationOf({ secret, namespace })}\n`);
    });
  examples(
    command,
    ['skein nats-users > /etc/nats/skein.conf'],
    'The keys follow from the secret of the cluster, which is made if there is none yet. Include the file in nats.conf: include ./skein.conf',
  );
}
