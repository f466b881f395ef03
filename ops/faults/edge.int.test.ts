// Gateways on a host of their own, which loses the way to the workers that own the shards.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { eventually } from '../../protocol/waiting.ts';
import { isReady } from './balancer.ts';
import { insist } from '../../bench/verify/insist.ts';
import type { Way } from './relay.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { lasting, Stage, type NetworkedHost } from './stage.ts';

let stage: Stage;
let edge: NetworkedHost;

before(async () => {
  stage = await Stage.open({ workers: 2, roles: ['actors', 'projector', 'gateway'] });
  edge = await stage.addHost('edge', { workers: 1, roles: ['gateway'] });
  await stage.balanced();
});
afterEach(() => edge?.nats.heal());
after(() => stage?.close());

const cuts: [title: string, ways: Way[], skip: string | false][] = [
  ['both ways', ['up', 'down'], false],
  ['towards the workers only', ['up'], onlyInAll],
  ['from the workers only', ['down'], onlyInAll],
];
for (const [title, ways, skip] of cuts) {
  test(
    `gateways cut off from the workers ${title} lose and double nothing (FAULTS 22)`,
    { skip },
    async () => {
      const seals = stage.audit.sealCount;
      await stage.underLoad(async (load) => {
        const url = edge.host.url.replace('http', 'ws');
        const openSocket = () => new WebSocket(`${url}/ws`) as never;
        // Someone who knows no other way in, with a message on the wire when it is cut.
        const person = await stage.cluster.connect(`edge ${title}`, { openSocket });
        try {
          const { conversationId } = await insist(() => person.openDirect(load.pairs[0]!.userId));
          await person.send(conversationId, 'before');
          edge.nats.cut(...ways);
          const sent = Array.from({ length: 20 }, (_, at) => person.send(conversationId, `during ${at}`));
          // Longer than a command is repeated for.
          await lasting(12_000);
          await load.goesOn(200);
          edge.nats.heal();
          const acknowledged = await Promise.all(sent);
          assert.deepEqual(
            acknowledged.map(({ ordinal }) => ordinal),
            acknowledged.map((_, at) => at + 2),
          );
          const { events } = await insist(() => person.history(conversationId, 'after', 0));
          assert.equal(events.length, 1 + 1 + sent.length);
          await eventually(() => isReady(edge.host));
          await load.goesOnEverywhere(20);
        } finally {
          person.close();
        }
      });
      assert.equal(stage.audit.sealCount, seals, 'shards moved although no owner was cut off');
    },
  );
}
