// The ceiling: uWebSockets.js does nothing but hand bytes on.
import { answering } from '../idle/answering.ts';
import { addressBytes, roomAddress } from './uws-address.ts';
import { UwsLink } from './uws-link.ts';
import { UwsPeople } from './uws-people.ts';

const people = new UwsPeople((frame) => {
  const isHere = publish(frame);
  // A room has members on both sides, a person is on one.
  if (!isHere || frame.readUInt32BE() === roomAddress) link.send(Buffer.from(frame));
});
const link = new UwsLink(publish);

/** @returns whether anyone here wanted it */
function publish(frame: Buffer): boolean {
  return people.publish(frame.readUInt32BE(), frame.subarray(addressBytes));
}

answering(link.handlers(people));
