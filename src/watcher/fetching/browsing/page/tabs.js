// Tabs: each is chosen in turn, and what it shows is kept for the copy.
const MENUS = "[role=menu], [role=menubar], [role=listbox], [role=combobox], [role=dialog], form";

const mayChoose = (tab) => !tab.closest(MENUS) && isHarmless(tab) && (tab.closest(MAIN) !== null || !tab.closest(EDGE));
const mask = (text) => text.replace(/\d+/g, "0");
const depthOf = (element) => {
  let depth = 0;
  for (let at = above(element); at; at = above(at)) if (at.getAttribute("role") === "tabpanel") depth++;
  return depth;
};

// What the chosen tab of a group shows.
const panelFrom = (group) => {
  if (group.panel) return all(group.panel).find(isSeen) ?? null;
  const tab = group.tabs[group.chosen];
  const name = tab?.getAttribute("aria-controls") || /^#(.+)/.exec(tab?.getAttribute("href") ?? "")?.[1];
  const named = name && tab.getRootNode().getElementById(name);
  if (named) return named;
  for (let at = group.list, steps = 0; at && steps < 6; at = above(at), steps++) {
    const panel = [...at.querySelectorAll("[role=tabpanel]")].find((each) => isSeen(each) && !group.list.contains(each));
    if (panel) return panel;
  }
  return group.list.nextElementSibling;
};

// Pages make their tabs anew as they please, so a group is known by its labels, and by the tab that it appeared in.
const nameOf = (list, tabs) => {
  const outer = [...state.groups.values()].findLast((group) => panelFrom(group)?.contains(list));
  return `${outer ? `${outer.name}#${outer.chosen}` : ""}/${tabs.map((each) => mask(words(each))).join("|")}`;
};
const meet = (tabs, panel) => {
  const lists = new Map();
  for (const each of tabs) {
    const list = each.closest("[role=tablist]") ?? each.parentElement;
    lists.set(list, [...(lists.get(list) ?? []), each]);
  }
  for (const [list, own] of lists) {
    const name = nameOf(list, own);
    const group = state.groups.get(name) ?? { name, panel, seen: new Set(), records: new Map(), chosen: -1 };
    const chosen = own.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (group.chosen === -1 && chosen !== -1) group.chosen = chosen;
    if (group.chosen !== -1) group.seen.add(group.chosen);
    state.groups.set(name, Object.assign(group, { list, tabs: own }));
  }
};
const remember = () => {
  for (const group of [...state.groups.values()].reverse()) {
    const panel = group.list.isConnected && panelFrom(group);
    if (!panel || !panel.textContent.trim()) continue;
    state.slots = slots();
    const copy = copyOf(panel, true);
    copy.removeAttribute("hidden");
    group.records.set(group.chosen, { panel, copy });
  }
};

// Chooses the next tab, innermost first, and gives its words; null when all were chosen.
const tab = ([selector, panel]) => {
  const found = selector === "all" ? all("[role=tab]") : all(selector);
  meet(found.filter((each) => isSeen(each) && !isInert(each) && (selector !== "all" || mayChoose(each))), panel);
  remember();
  const waiting = [...state.groups.values()]
    .filter((group) => group.list.isConnected && isSeen(group.list))
    .flatMap((group) => group.tabs.map((each, at) => ({ group, each, at })))
    .filter(({ group, each, at }) => !group.seen.has(at) && each.isConnected && isSeen(each) && !sendsForm(each))
    .sort((one, other) => depthOf(other.each) - depthOf(one.each));
  if (!waiting.length) return null;
  const { group, each, at } = waiting[0];
  group.seen.add(at);
  group.chosen = at;
  each.click();
  return words(each) || String(at + 1);
};

// Where in the copy the kept panels belong: in the place of their own element, or around the panel that is shown.
const slots = () => {
  const found = new Map();
  const slotOf = (element) => found.get(element) ?? found.set(element, { before: [], after: [] }).get(element);
  for (const group of state.groups.values()) {
    const shown = group.list.isConnected ? panelFrom(group) : null;
    const said = new Set([shown?.textContent.trim()]);
    for (const [at, { panel, copy }] of [...group.records].sort((one, other) => one[0] - other[0])) {
      const text = copy.textContent.trim();
      if (at === group.chosen || said.has(text)) continue;
      said.add(text);
      if (panel.isConnected && panel !== shown && !found.get(panel)?.instead) slotOf(panel).instead = copy;
      else if (shown) slotOf(shown)[at < group.chosen ? "before" : "after"].push(copy);
      else slotOf(group.list).after.push(copy);
    }
  }
  return found;
};
