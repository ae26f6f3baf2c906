// What is folded: opened by itself where it is content, or wherever a declared step says.
const isWithin = (element, part) => {
  for (let at = element; at; at = above(at)) if (at.matches(part)) return true;
  return false;
};
const mayUnfold = (each) =>
  each.matches(ENTRANCE) && isContent(each) && ["false", null].includes(each.getAttribute("aria-haspopup")) &&
  !(each.matches("a[href]") && each.getAttribute("href").length > 1 && !each.getAttribute("aria-controls"));
const folded = (part) =>
  all("[aria-expanded=false]").filter(
    (each) => isHarmless(each) && isSeen(each) && (part ? part === "all" || isWithin(each, part) : mayUnfold(each)));
const unfold = ([most, part]) => {
  let clicks = 0, again = 0;
  for (const each of all("details:not([open])")) {
    if (part && part !== "all" && !isWithin(each, part)) continue;
    each.open = true;
    clicks++;
  }
  for (const each of folded(part)) {
    if (state.clicked.has(each)) again++;
    else if (clicks < most) {
      state.clicked.add(each);
      each.click();
      clicks++;
    }
  }
  return { clicks, again };
};
// Where opening one closes another, each is opened once more, and what it shows is kept aside for the copy.
const panelOf = (entrance) =>
  entrance.getRootNode().getElementById?.(entrance.getAttribute("aria-controls")) ??
  (entrance.parentElement?.matches("h1, h2, h3, h4, h5, h6") ? entrance.parentElement : entrance).nextElementSibling;
const keep = (part) => {
  for (const each of all("[aria-expanded=true]")) {
    const panel = state.clicked.has(each) && panelOf(each);
    if (panel && panel.textContent.trim()) state.kept.set(each, copyOf(panel));
  }
  const next = folded(part).find((each) => state.clicked.has(each) && !state.kept.has(each) && !each.watcherOpened);
  if (next) {
    next.watcherOpened = true;
    next.click();
  }
  return Boolean(next);
};
