// Work that may wait until the screen is drawn next.

/** A page that nobody sees draws nothing, and still has a title with a number in it. */
const hiddenMs = 100;

export function nextFrame(call: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    call();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, hiddenMs);
}
