// The search of the documentation page: leaves the operations, schemas and codes that hold every word that is typed. Without it the
// page is whole; its hash is what the content security policy admits.

export const script = `
const field = document.getElementById('search');
const found = document.querySelector('.search output');
const parts = [...document.querySelectorAll('article, #main tbody tr[id]')];
const texts = parts.map((part) => part.textContent.toLowerCase());
const links = new Map([...document.querySelectorAll('nav li')].map((item) => [item.querySelector('a').hash.slice(1), item]));
if (matchMedia('(max-width: 860px)').matches) document.querySelector('nav details').open = false;
field.addEventListener('input', () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  parts.forEach((part, at) => {
    part.hidden = !words.every((word) => texts[at].includes(word));
    if (!part.hidden) count += 1;
    const link = links.get(part.getAttribute('aria-labelledby'));
    if (link) link.hidden = part.hidden;
  });
  for (const section of document.querySelectorAll('main > section')) {
    const own = parts.filter((part) => section.contains(part));
    section.hidden = own.length > 0 && own.every((part) => part.hidden);
  }
  found.textContent = words.length === 0 ? '' : count + (count === 1 ? ' place' : ' places');
});
`;
