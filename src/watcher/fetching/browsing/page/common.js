// What all tasks share: what there is in the page, and what may be touched.
// A page's timers run on a clock that we turn by hand, so nothing here waits by timer; frames still come by themselves.
const state = {
  clicked: new WeakSet(), // what was opened, or tried
  kept: new Map(), // entrance → what it showed when it was open
  groups: new Map(), // name → tabs that belong together, see tabs.js
  rows: new Map(), // box → every row that was ever in it, see lists.js
  roots: null, // see `all`; of one task only
};
const ENTRANCE = "button, summary, [role=button], [role=tab], a:not([href]), a[href^='#'], [tabindex]";
const BUTTON = "button, [role=button], input[type=button], input[type=submit], a:not([href]), a[href^='#'], a[href^='javascript:']";
const ASIDE =
  "nav, [role=navigation], [role=menu], [role=menubar], [role=listbox], [role=combobox], [role=search], [role=toolbar], [role=dialog], form";
const EDGE = "header, footer, aside, [role=banner], [role=contentinfo], [role=complementary]";
const MAIN = "main, [role=main], article";

const words = (element) => (element.innerText || element.value || element.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim();
const isSeen = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
const above = (element) => element.parentElement ?? element.getRootNode().host ?? null;
const isFixed = (element) => ["fixed", "sticky"].includes(getComputedStyle(element).position);

// Every root that can be read: the document, open shadow roots, frames of the same origin, to any depth.
const roots = (root, found = []) => {
  found.push(root);
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) roots(element.shadowRoot, found);
    else if (element.localName === "iframe") {
      const inner = insideOf(element);
      if (inner) roots(inner, found);
    }
  }
  return found;
};
const insideOf = (frame) => {
  try {
    return frame.contentDocument?.body ? frame.contentDocument : null;
  } catch {
    return null;
  }
};
const all = (selector) => (state.roots ??= roots(document)).flatMap((root) => [...root.querySelectorAll(selector)]);

const isContent = (element) => {
  if (element.closest(ASIDE)) return false;
  if (element.closest(MAIN)) return true;
  return !element.closest(EDGE) && !document.querySelector(MAIN + ":not(article)");
};

// Whether a click on it leaves the page: a link to another address, whatever a script may make of it.
const leadsAway = (element) => {
  const link = element.closest("a[href]");
  if (!link || link.protocol === "javascript:") return false;
  const here = element.ownerDocument.location;
  const target = link.href.baseVal ?? link.href;
  return link.target === "_blank" || target.split("#")[0] !== here.href.split("#")[0];
};
// Whether a click on it sends a form; a form of method dialog only closes one.
const sendsForm = (element) => {
  const button = element.closest("button, input");
  return ["submit", "image"].includes(button?.type) && Boolean(button.form) && (button.formMethod || button.form.method) !== "dialog";
};
const isInert = (element) => element.disabled || element.getAttribute("aria-disabled") === "true";
// Whether it may be clicked without being asked to.
const isHarmless = (element) => !isInert(element) && !leadsAway(element) && !sendsForm(element);
