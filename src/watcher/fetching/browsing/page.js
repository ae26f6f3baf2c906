// What is asked of a page, run inside it: one function, called as ([task, argument]) => answer.
// A page's timers run on a clock that we turn by hand, so nothing here waits by timer; frames still come by themselves.
([task, argument]) => {
  const state = (window[Symbol.for("watcher")] ??= { clicked: new WeakSet(), kept: new Map() });

  const ENTRANCE = "button, summary, [role=button], [role=tab], a:not([href]), a[href^='#'], [tabindex]";
  const BUTTON = "button, [role=button], input[type=button], input[type=submit], a:not([href]), a[href^='#'], a[href^='javascript:']";
  const ASIDE =
    "nav, [role=navigation], [role=menu], [role=menubar], [role=listbox], [role=combobox], [role=search], [role=toolbar], [role=dialog], form";
  const EDGE = "header, footer, aside, [role=banner], [role=contentinfo], [role=complementary]";
  const MAIN = "main, [role=main], article";

  const MORE = new RegExp(
    "^(?:(?:load|show|view|see|display)(?: \\d+)? (?:more|all|the rest)\\b.{0,40}|(?:more|all) (?:results|items|entries)" +
      "|expand all.{0,20}|open all.{0,20}|mehr (?:laden|anzeigen).{0,20}|alle anzeigen|(?:afficher|voir|charger) (?:plus|tout|la suite).{0,20}" +
      "|(?:cargar|ver|mostrar) (?:más|todo|todos).{0,20}|(?:carica|mostra|vedi) (?:altro|altri|tutto|tutti).{0,20})$", "i");
  const WHAT = "(?: (?:all|any|the|non-essential|nonessential|optional|additional|unnecessary|other|tracking|analytics|cookies?|and close|& close))*";
  const REFUSAL = new RegExp(
    `^(?:(?:i )?(?:reject|decline|refuse|deny|disagree|disallow)${WHAT}` +
      "|(?:(?:use|allow|accept|keep|save) )?(?:only |just )?(?:strictly )?(?:necessary|essential|required)(?: (?:cookies?|only))*" +
      "|continue without (?:accepting|agreeing|consent(?:ing)?|cookies)|(?:do not|don['’]t) (?:accept|allow|consent|agree)" +
      "|no,? thanks?|no,? thank you" +
      "|(?:alle |alles |cookies |alle cookies |optionale )?(?:ablehnen|verweigern)|nur (?:technisch )?(?:notwendige|erforderliche|essenzielle|essentielle)(?: cookies)?(?: (?:akzeptieren|zulassen|verwenden|erlauben))?" +
      "|(?:tout |je )?refuse[rz]?(?: tout| tous| les cookies| tous les cookies)*|continuer sans accepter" +
      "|rechazar(?: todas?| todos?| las| cookies| opcionales)*|solo necesarias" +
      "|rifiuta(?: tutt[oi]| i cookie)*|continua senza accettare|solo necessari" +
      "|(?:rejeitar|recusar)(?: tudo| todos?| cookies)*|(?:alles |alle |alle cookies )?(?:weigeren|afwijzen)" +
      "|odrzu(?:ć|cam)(?: wszystkie)?|(?:avvisa|neka)(?: alla)?|afvis(?: alle)?|kun nødvendige|hylkää(?: kaikki)?|odmítnout(?: vše)?" +
      "|すべて拒否(?:する)?|拒否(?:する)?|全部拒绝|拒绝)$", "i");
  const ABOUT_CONSENT = /cookie|consent|privacy|tracking|datenschutz|einwillig|vie privée|confidentialité|privacidad|プライバシー/i;

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
  const all = (selector) => roots(document).flatMap((root) => [...root.querySelectorAll(selector)]);

  const isContent = (element) => {
    if (element.closest(ASIDE)) return false;
    if (element.closest(MAIN)) return true;
    return !element.closest(EDGE) && !document.querySelector(MAIN + ":not(article)");
  };
  const isInert = (element) => element.disabled || element.getAttribute("aria-disabled") === "true";

  // ── has it settled? ────────────────────────────────────────────────────────────────────────
  const mix = (hash, text) => {
    for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
    return hash;
  };
  const hasText = (selector) => {
    try {
      return all(selector).some((each) => (each.textContent || "").trim());
    } catch {
      return true; // a selector of our reader's, which browsers do not know
    }
  };
  const excess = (mostElements, mostCharacters) => {
    const elements = document.getElementsByTagName("*").length;
    if (elements > mostElements) return { elements };
    const characters = document.documentElement?.textContent.length ?? 0;
    return characters > mostCharacters ? { characters } : null;
  };
  const signature = ([selectors, ...limits]) => {
    const tooMuch = excess(...limits);
    if (tooMuch) return { tooMuch };
    let hash = 7, length = 0;
    for (const root of roots(document)) {
      const shown = root.body ? root.body.innerText : [...root.children].map((each) => each.innerText ?? "").join("\n");
      const masked = (shown || "").replace(/\d+/g, "0");
      hash = mix(hash, masked);
      length += masked.length;
    }
    const lacking = selectors.filter((selector) => !hasText(selector));
    return { text: `${length}:${hash}`, lacking, ready: document.readyState !== "loading" };
  };

  // ── consent ────────────────────────────────────────────────────────────────────────────────
  const asksConsent = (element) => {
    const inFrame = window !== window.top;
    for (let at = above(element), steps = 0; at && steps < 10; at = above(at), steps++) {
      const isEnd = at === document.body;
      if (isEnd && !inFrame) return false;
      const isApart = isEnd || isFixed(at) || at.matches("dialog, [role=dialog], [role=alertdialog], [aria-modal=true]") || at.parentElement === document.body;
      const said = isApart ? at.innerText || at.shadowRoot?.textContent || "" : "";
      if (isApart && said.length < 8000 && ABOUT_CONSENT.test(said + (inFrame ? document.title : ""))) return true;
    }
    return false;
  };
  const refuse = () => {
    const button = all(BUTTON).find((each) => !isInert(each) && words(each).length < 60 && REFUSAL.test(words(each)) && isSeen(each) && asksConsent(each));
    button?.click();
    return button ? words(button) : null;
  };

  // ── what is folded ─────────────────────────────────────────────────────────────────────────
  const folded = () =>
    all("[aria-expanded=false]").filter(
      (each) => each.matches(ENTRANCE) && isContent(each) && !isInert(each) && isSeen(each) &&
        ["false", null].includes(each.getAttribute("aria-haspopup")) && !(each.type === "submit" && each.form) &&
        !(each.matches("a[href]") && each.getAttribute("href").length > 1 && !each.getAttribute("aria-controls")));
  const unfold = (most) => {
    let clicks = 0, again = 0;
    for (const each of all("details:not([open])")) {
      each.open = true;
      clicks++;
    }
    for (const each of folded()) {
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
  const keep = () => {
    for (const each of all("[aria-expanded=true]")) {
      const panel = state.clicked.has(each) && panelOf(each);
      if (panel && panel.textContent.trim()) state.kept.set(each, copyOf(panel));
    }
    const next = folded().find((each) => state.clicked.has(each) && !state.kept.has(each) && !each.watcherOpened);
    if (next) {
      next.watcherOpened = true;
      next.click();
    }
    return Boolean(next);
  };

  // ── what is loaded on demand ───────────────────────────────────────────────────────────────
  const more = () => {
    const buttons = all(BUTTON).filter((each) => isContent(each) && !isInert(each) && words(each).length < 60 && MORE.test(words(each)) && isSeen(each));
    for (const each of buttons) each.click();
    return buttons.length;
  };
  const scrollers = () =>
    all("*").filter((each) => each.scrollHeight > each.clientHeight + 40 && each.clientHeight > 100 &&
      each !== document.documentElement && each !== document.body && /auto|scroll/.test(getComputedStyle(each).overflowY) && !each.closest(ASIDE));
  const scroll = (toTop) => {
    const page = document.scrollingElement ?? document.documentElement;
    const moving = [page, ...scrollers()];
    let isAtEnd = true, extent = 0;
    for (const each of moving) {
      const step = each === page ? innerHeight : each.clientHeight;
      each.scrollTo({ top: toTop ? 0 : each.scrollTop + step, behavior: "instant" });
      if (each.scrollTop + step < each.scrollHeight - 2) isAtEnd = false;
      extent += each.scrollHeight;
    }
    return { isAtEnd, extent, canMove: moving.some((each) => each.scrollHeight > (each === page ? innerHeight : each.clientHeight) + 2) };
  };

  // ── the copy ───────────────────────────────────────────────────────────────────────────────
  const paper = document.implementation.createHTMLDocument("");
  const LEFT_OUT = new Set(["noscript"]);
  const add = (parent, children) => {
    for (const child of children) {
      const copy = copyOf(child);
      if (copy) parent.appendChild(copy);
    }
    return parent;
  };
  function copyOf(node) {
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
    add(copy, node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes);
    const panel = state.kept.get(node);
    if (panel && node.getAttribute("aria-expanded") === "false" && panelOf(node)?.textContent.trim() !== panel.textContent.trim()) {
      const both = paper.createDocumentFragment();
      both.append(copy, panel);
      return both;
    }
    return copy;
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
    let html;
    try {
      html = copyOf(document.documentElement).outerHTML;
    } catch {
      html = document.documentElement.outerHTML; // nested deeper than a function can follow
    }
    if (html.length > mostCharacters) return { tooMuch: { characters: html.length } };
    return { html: "<!DOCTYPE html>\n" + html };
  };

  // Answers with the next frame, when all that watches for what comes into view has been told.
  const frame = () => new Promise((resolve) => {
    const watch = new IntersectionObserver(() => {
      watch.disconnect();
      resolve(true);
    });
    watch.observe(document.documentElement);
  });
  const height = () => document.documentElement.scrollHeight;
  const tasks = { signature, refuse, unfold, keep, more, scroll, copy, height, frame };
  return tasks[task](argument);
}
