/** The structure of the file is not understood: the picture has to be encoded anew. */
export class Unsure extends Error {
  override readonly name = 'Unsure';
}
