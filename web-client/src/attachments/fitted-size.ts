// How large a picture stands in a thread, from the size that its message tells: known before the picture is here, so
// that nothing jumps when it comes.

const widthMax = 320;
const heightMax = 300;
/** Narrower or lower ones could not be hit. */
const sideMin = 48;

export function fittedSize(
  width: number,
  height: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, widthMax / width, heightMax / height);
  return {
    width: Math.max(sideMin, Math.round(width * scale)),
    height: Math.max(sideMin, Math.round(height * scale)),
  };
}
