// The copy: what is kept of a page, as the HTML that a person would see.
const paper = document.implementation.createHTMLDocument("");
const LEFT_OUT = new Set(["noscript"]);
const add = (parent, children) => {
  for (const child of children) {
    const copy = copyOf(child);
    if (copy) parent.appendChild(copy);
  }
  return parent;
};
function copyOf(node, isBare) {
  const slot = isBare ? null : state.slots?.get(node);
  if (slot) return inSlot(node, slot);
  if (node.nodeType === Node.TEXT_NODE) return paper.createTextNode(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.has(node.localName)) return null;
  if (node.localName === "slot" && node.assignedNodes) {
    const given = node.assignedNodes({ flatten: true });
    return add(paper.createDocumentFragment(), given.length ? given : node.childNodes);
  }
  const copy = paper.importNode(node, node.localName === "template");
  if (node.localName === "template") return copy;
  if (node.ownerDocument !== document && node.href && copy.hasAttribute("href")) copy.setAttribute("href", node.href);
  if (node.localName === "iframe") return copyOfFrame(node, copy);
  if (!addRows(copy, node)) add(copy, node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes);
  const panel = state.kept.get(node);
  if (panel && node.getAttribute("aria-expanded") === "false" && panelOf(node)?.textContent.trim() !== panel.textContent.trim()) {
    const both = paper.createDocumentFragment();
    both.append(copy, paper.importNode(panel, true));
    return both;
  }
  return copy;
}
function inSlot(node, { before, instead, after }) {
  const several = paper.createDocumentFragment();
  const kept = (each) => paper.importNode(each, true);
  several.append(...before.map(kept), instead ? kept(instead) : copyOf(node, true), ...after.map(kept));
  return several;
}
// A list that let go of rows is copied with every row that was ever in it.
function addRows(copy, box) {
  const held = state.rows.get(box)?.held;
  if (!held?.length) return false;
  const rows = rowsIn(box), present = new Set(namesOf(rows));
  if (held.every((each) => present.has(each.name))) return false;
  for (const each of held) copy.appendChild(paper.importNode(each.copy, true));
  return true;
}
function copyOfFrame(node, copy) {
  const inner = insideOf(node);
  if (!inner) return copy;
  const both = paper.createDocumentFragment();
  const content = paper.createElement("div");
  content.setAttribute("data-watcher-frame", inner.URL);
  both.append(copy, add(content, inner.body.childNodes));
  return both;
}
const copy = ([mostElements, mostCharacters]) => {
  const tooMuch = excess(mostElements, mostCharacters);
  if (tooMuch) return { tooMuch };
  collect();
  remember();
  state.slots = slots();
  let html;
  try {
    html = copyOf(document.documentElement).outerHTML;
  } catch {
    html = document.documentElement.outerHTML; // nested deeper than a function can follow
  }
  if (html.length > mostCharacters) return { tooMuch: { characters: html.length } };
  return { html: "<!DOCTYPE html>\n" + html };
};
