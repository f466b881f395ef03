// Runs in a page, as the value of this file's only expression: sentences about controls that nobody can reach, about
// text that leaves its place, and about names (`skeinNames`) in sentences whose words they could turn around. Of the
// topmost dialog or panel only, while there is one.
(() => {
  const slackPx = 1;
  /** Reach into a control, from its sides. */
  const insetPx = 3;
  const controls =
    'a[href], button, input, select, textarea, summary, [role=option], [role=menuitem], [role=tab]';
  const above = [...document.querySelectorAll('dialog:modal, :popover-open')].at(-1);
  const scope = above ?? document.body;
  const said = new Set();
  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest('.visually-hidden') === null;

  function nameOf(element) {
    const id = element.dataset.testid ?? element.getAttribute('aria-label') ?? element.textContent.trim();
    return `${element.tagName.toLowerCase()}.${element.className} "${id.slice(0, 30)}"`;
  }

  /** Up and down as a person scrolls; sideways only where a row is meant to be moved. */
  function bringIntoSight(element) {
    for (let each = element.parentElement; each; each = each.parentElement) {
      const { overflowY } = getComputedStyle(each);
      const [box, at] = [each.getBoundingClientRect(), element.getBoundingClientRect()];
      const isPage = each === document.documentElement;
      if (isPage && getComputedStyle(document.body).overflowY === 'visible') {
        each.scrollTop += at.top + at.height / 2 - innerHeight / 2;
      } else if (['auto', 'scroll'].includes(overflowY)) {
        each.scrollTop += at.top + at.height / 2 - (box.top + box.height / 2);
      }
      if (each.matches('[data-sideways]')) each.scrollLeft += at.left - box.left - box.width / 4;
    }
  }

  function lookAtControl(element) {
    bringIntoSight(element);
    const box = element.getClientRects()[0];
    if (!box) return;
    const isOutside =
      box.left < -slackPx ||
      box.right > innerWidth + slackPx ||
      (box.height < innerHeight && (box.top < -slackPx || box.bottom > innerHeight + slackPx));
    if (isOutside) return said.add(`${nameOf(element)} lies outside of the window`);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    for (const x of [box.left + insetPx, box.left + box.width / 2, box.right - insetPx]) {
      const hit = document.elementFromPoint(x, y);
      if (hit === null || element.contains(hit) || hit.contains(element)) continue;
      if (element.labels?.[0]?.contains(hit)) continue;
      return said.add(`${nameOf(element)} is covered by ${nameOf(hit)}`);
    }
  }

  function lookAtScroller(element) {
    const isPage = element === document.body || element === document.documentElement;
    const { overflowX } = getComputedStyle(element);
    if (!isPage && !['auto', 'scroll'].includes(overflowX)) return;
    if (element.matches('[data-sideways], input, textarea, pre')) return;
    if (element.scrollWidth > element.clientWidth + slackPx) {
      said.add(`${nameOf(element)} can be moved sideways (${element.scrollWidth} in ${element.clientWidth})`);
    }
  }

  const isCutWell = ({ overflowX, textOverflow, webkitLineClamp }) =>
    overflowX !== 'visible' && (textOverflow === 'ellipsis' || webkitLineClamp !== 'none');

  function lookAtText(node) {
    const place = blockAround(node.parentElement);
    const style = getComputedStyle(place);
    // Code is moved sideways to be read.
    if (isCutWell(style) || place.closest('pre')) return;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = place.getBoundingClientRect();
    for (const { left, right, width } of range.getClientRects()) {
      if (width === 0 || (left >= box.left - slackPx && right <= box.right + slackPx)) continue;
      const how = style.overflowX === 'visible' ? 'spills out of' : 'is cut without a sign in';
      said.add(`"${node.textContent.trim().slice(0, 20)}" ${how} ${nameOf(place)}`);
    }
  }

  const isNameAlone = (text) => skeinNames.includes(text.trim());
  const namesIn = (text) => skeinNames.filter((name) => text.includes(name));
  const isMarked = (text) => namesIn(text).every((name) => text.includes(`\u2068${name}\u2069`));

  function lookAtNames(node) {
    const text = node.textContent;
    if (namesIn(text).length === 0) return;
    if (!isNameAlone(text)) {
      if (!isMarked(text)) said.add(`"${text.slice(0, 30)}" has a name that is not isolated`);
      return;
    }
    const place = blockAround(node.parentElement);
    if (place.innerText.trim() === text.trim()) return;
    for (let each = node.parentElement; each !== place; each = each.parentElement) {
      if (getComputedStyle(each).unicodeBidi.startsWith('isolate')) return;
    }
    if (getComputedStyle(place).display.includes('flex')) return;
    said.add(`the name in "${place.innerText.slice(0, 30)}" is not isolated`);
  }

  function lookAtTips(element) {
    for (const attribute of ['title', 'placeholder', 'alt']) {
      const text = element.getAttribute(attribute) ?? '';
      if (!isNameAlone(text) && !isMarked(text))
        said.add(`${attribute} "${text.slice(0, 30)}" has a bare name`);
    }
  }

  function blockAround(element) {
    let each = element;
    while (['inline', 'contents'].includes(getComputedStyle(each).display)) each = each.parentElement;
    return each;
  }

  for (const element of [document.documentElement, document.body, scope, ...scope.querySelectorAll('*')]) {
    if (!isShown(element)) continue;
    lookAtScroller(element);
    lookAtTips(element);
  }
  const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: node } = texts;
    if (node.textContent.trim() === '' || !isShown(node.parentElement)) continue;
    lookAtText(node);
    lookAtNames(node);
  }
  // The way past the navigation shows itself once it has the focus.
  for (const element of scope.querySelectorAll(controls)) {
    if (isShown(element) && !element.matches('.skip')) lookAtControl(element);
  }
  return [...said];
})();
