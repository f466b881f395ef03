// How clients of the servers on bare uWebSockets.js say who they are and for whom a message is.

/** Stands for the room where a person's number would be. */
export const roomAddress = 0xffff_ffff;
export const addressBytes = 4;

/** All that the server must know of a client is in it. */
export function urlOfPerson(base: string, person: number, inRoom: boolean): string {
  return `${base}/?person=${person}&room=${Number(inRoom)}`;
}
