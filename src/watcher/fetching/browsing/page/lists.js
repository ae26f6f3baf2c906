// What is loaded on demand: by a button, by scrolling on, also where rows that went by are let go of.
const MORE = new RegExp(
  "^(?:(?:load|show|view|see|display)(?: \\d+)? (?:more|all|the rest)\\b.{0,40}|(?:more|all) (?:results|items|entries)" +
    "|expand all.{0,20}|open all.{0,20}|mehr (?:laden|anzeigen).{0,20}|alle anzeigen|(?:afficher|voir|charger) (?:plus|tout|la suite).{0,20}" +
    "|(?:cargar|ver|mostrar) (?:más|todo|todos).{0,20}|(?:carica|mostra|vedi) (?:altro|altri|tutto|tutti).{0,20})$", "i");
const more = () => {
  const buttons = all(BUTTON).filter((each) => isContent(each) && isHarmless(each) && words(each).length < 60 && MORE.test(words(each)) && isSeen(each));
  for (const each of buttons) each.click();
  return buttons.length;
};

// Long lists often hold only the rows that are in view: a tall box, and hardly anything in it.
const LEAST_ROWS = 4;
const WAITS = /^(?:loading|laden|chargement|cargando)\b.{0,12}$/i;
const rowsIn = (box) => {
  const named = box.children[box.childElementCount >> 1].localName;
  return [...box.children].filter((each) => each.localName === named && each.textContent.trim());
};
// What is tall around the rows of `box` and holds nothing else; null when it is as full as it is tall.
const tallAround = (box) => {
  if (box.childElementCount < LEAST_ROWS || box.childElementCount > 1000 || box.closest("svg, " + ASIDE)) return null;
  const rows = rowsIn(box);
  if (rows.length < LEAST_ROWS) return null;
  const said = rows.reduce((sum, each) => sum + each.textContent.length, 0);
  const filled = rows.reduce((sum, each) => sum + each.getBoundingClientRect().height, 0);
  for (let at = box, up = 0; at && at !== document.body && up < 3; at = at.parentElement, up++) {
    if (at.textContent.length > 1.1 * said + 40) return null; // it holds more than these rows
    if (Math.max(at.getBoundingClientRect().height, at.scrollHeight) > 1.5 * filled + 200) return at;
  }
  return null;
};
const collect = () => {
  const number = document.getElementsByTagName("*").length;
  if (number !== state.lookedAt) {
    state.lookedAt = number;
    for (const each of all("*")) {
      const around = each.childElementCount >= LEAST_ROWS && !state.rows.has(each) ? tallAround(each) : null;
      if (around) state.rows.set(each, { around, held: [] });
    }
  }
  for (const [box, { around, held }] of state.rows) if (box.isConnected && box.childElementCount) hold(held, rowsIn(box), around);
};
// Rows by their words; those that stand there twice at once are two rows.
const namesOf = (rows) => {
  const counted = new Map();
  return rows.map((each) => {
    const text = each.textContent.replace(/\s+/g, " ").trim();
    counted.set(text, (counted.get(text) ?? 0) + 1);
    return `${text}\n${counted.get(text)}`;
  });
};
const hold = (held, rows, around) => {
  const begin = around.getBoundingClientRect().top - around.scrollTop;
  const topOf = (each) => Math.round(each.getBoundingClientRect().top - begin);
  const inOrder = rows.filter((each) => !WAITS.test(each.textContent.trim())).sort((one, other) => topOf(one) - topOf(other));
  const names = namesOf(inOrder);
  let place = held.length;
  for (const [at, name] of names.entries()) {
    const row = inOrder[at], top = topOf(row);
    const known = held.findIndex((each) => each.name === name);
    // A row that says something else where it stands ticks; it was not let go of.
    const ticking = known !== -1 ? -1 : held.findIndex((each) => each.row === row && each.top === top);
    if (known !== -1) place = known + 1;
    else if (ticking !== -1) held[ticking] = { name, row, top, copy: copyOf(row) };
    else held.splice(place++, 0, { name, row, top, copy: copyOf(row) });
  }
};

const scrollers = (selector) =>
  selector ? all(selector) :
  all("*").filter((each) => each.scrollHeight > each.clientHeight + 40 && each.clientHeight > 100 &&
    each !== document.documentElement && each !== document.body && /auto|scroll/.test(getComputedStyle(each).overflowY) && !each.closest(ASIDE));
const scroll = ([toTop, selector]) => {
  collect();
  const page = document.scrollingElement ?? document.documentElement;
  const moving = selector ? scrollers(selector) : [page, ...scrollers()];
  let isAtEnd = true, extent = 0;
  for (const each of moving) {
    const step = each === page ? innerHeight : each.clientHeight;
    each.scrollTo({ top: toTop ? 0 : each.scrollTop + step, behavior: "instant" });
    if (each.scrollTop + step < each.scrollHeight - 2) isAtEnd = false;
    extent += each.scrollHeight;
  }
  const canMove = moving.some((each) => each.scrollHeight > (each === page ? innerHeight : each.clientHeight) + 2);
  return { isAtEnd, extent, canMove };
};
// Scrolls on, from a page that was drawn to one that was drawn anew: what comes into view was told so.
const scrollOn = (selector) => frame().then(() => scroll([false, selector])).then((place) => frame().then(() => place));
