// `skein shards`: who owns what, and moving it.
import type { Command } from 'commander';
import { addShardsList } from './shards-list.ts';
import { addShardsMove } from './shards-move.ts';
import { addShardsPins } from './shards-pins.ts';
import { addShardsShow } from './shards-show.ts';

export function addShards(program: Command): void {
  const shards = program.command('shards').description('who owns which shard; moving and pinning them');
  addShardsList(shards);
  addShardsShow(shards);
  addShardsMove(shards);
  addShardsPins(shards);
}
