// Search and side-by-side comparison. Everything else works without this file.
// Text is only ever set as text (textContent), never as markup, and addresses only below this site's root.
"use strict";

(() => {
  const root = document.documentElement.dataset.root;
  const byId = (id) => document.getElementById(id);
  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

  let asked;
  const index = () => (asked ??= fetch(root + "search.json").then((answer) => answer.json()).then((found) => ({
    keys: found.keys.map(([place, label, question, asked], at) => ({
      place, label, question, at, words: folded(`${place} ${place.replaceAll("_", " ")} ${label} ${question} ${asked}`),
    })),
    offerings: found.offerings.map(([page, name, provider, mask]) => ({
      page, name, provider, words: folded(`${page} ${name} ${provider}`), holds: BigInt("0x" + mask),
    })),
  })));

  // ── search ──
  const box = byId("q"), list = byId("results"), status = byId("found");
  const MOST = 12;
  const FILLERS = new Set(["a", "an", "and", "any", "are", "can", "do", "does", "for", "how", "i", "in", "is", "it", "my",
    "its", "long", "many", "may", "me", "much", "of", "on", "our", "the", "they", "to", "we", "what", "which", "who", "with", "you", "your"]);

  // A question need not be met word for word: what meets most of its telling words comes first, less than three in five is none.
  const ENOUGH = 0.6;
  const matches = ({ keys, offerings }, typed) => {
    const words = folded(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const telling = words.filter((word) => !FILLERS.has(word));
    const wanted = telling.length ? telling : words;
    if (!wanted.length) return [];
    const met = (item) => wanted.filter((word) => item.words.includes(word));
    const found = [];
    const add = (hits, bonus, place, name, note) => {
      const share = hits / wanted.length;
      if (share >= ENOUGH) found.push([share * 100 + bonus, place, name, note]);
    };
    const asked = keys.map((key) => [key, met(key)]).filter(([, hits]) => hits.length);
    for (const [key, hits] of asked) add(hits.length, 0, `questions/${key.place}/`, key.question || key.label, "all offerings");
    for (const offering of offerings) {
      const own = met(offering);
      if (!own.length) continue;
      add(own.length, 9 - offering.name.length / 100, offering.page, offering.name, offering.provider);
      for (const [key, hits] of asked) {
        const both = new Set([...own, ...hits]).size;
        if (both > own.length && offering.holds >> BigInt(key.at) & 1n) {
          add(both, 5, `${offering.page}${key.place}/`, `${offering.name}: ${key.label}`, offering.provider);
        }
      }
    }
    return found.sort((one, other) => other[0] - one[0]);
  };

  const show = async () => {
    const typed = box.value;
    const found = typed.trim() ? matches(await index(), typed) : [];
    if (typed !== box.value) return;
    list.replaceChildren(...found.slice(0, MOST).map(([, place, name, note]) => {
      const link = element("a", name, { href: root + place });
      link.append(element("small", note));
      const row = element("li");
      row.append(link);
      return row;
    }));
    list.hidden = !found.length;
    status.textContent = !typed.trim() ? "" : found.length ? `${found.length} found` : "Nothing found";
  };

  const step = (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { list.hidden = true; box.focus(); }
    else if (event.key === "ArrowDown" && links.length) { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
    else if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (links[at - 1] ?? box).focus(); }
    else if (event.key === "Enter" && document.activeElement === box && links.length) links[0].click();
  };

  if (box) {
    const place = box.closest(".search");
    place.hidden = false;
    box.addEventListener("focus", index, { once: true });
    box.addEventListener("input", show);
    place.addEventListener("keydown", step);
    document.addEventListener("click", (event) => { if (!place.contains(event.target)) list.hidden = true; });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !event.metaKey && !event.ctrlKey) {
        event.preventDefault();
        box.focus();
      }
    });
  }

  // ── comparison of chosen offerings ──
  const form = byId("chooser");
  if (!form) return;
  const LARGEST = 6;
  const chosen = new URLSearchParams(location.search).get("with")?.split(",").filter((slug) => /^[a-z0-9_-]+$/.test(slug)).slice(0, LARGEST) ?? [];

  const cellsOf = (entry) => {
    const cells = new Map();
    for (const group of entry.groups) for (const cell of group.cells) {
      if (!cells.has(cell.key)) cells.set(cell.key, { ...cell, group: group.title });
    }
    return cells;
  };

  const table = (entries) => {
    const held = entries.map(([slug, entry]) => [slug, entry, cellsOf(entry)]);
    const keys = new Map();
    for (const [, , cells] of held) for (const [key, cell] of cells) keys.set(key, cell);
    const made = element("table", "", { class: "matrix" });
    made.append(element("caption", `${entries.length} chosen`));
    const head = element("tr");
    head.append(element("th", "Key", { scope: "col" }));
    for (const [slug, entry] of entries) {
      const name = element("th", "", { scope: "col" });
      name.append(element("a", entry.name, { href: `${root}${slug}/`, dir: "auto" }), element("span", entry.provider, { class: "kind" }));
      head.append(name);
    }
    made.createTHead().append(head);
    const watched = new Map(entries.map(([slug, entry]) => [slug, new Set(entry.watch_outs.map((each) => each.key))]));
    const titles = [...new Set([...keys.values()].map((cell) => cell.group))];
    for (const title of titles) {
      const body = made.createTBody();
      const group = element("tr", "", { class: "group" });
      group.append(element("th", title, { scope: "rowgroup", colspan: entries.length + 1 }));
      body.append(group);
      for (const [key, sample] of keys) {
        if (sample.group !== title) continue;
        const row = body.insertRow();
        const name = element("th", "", { scope: "row" });
        name.append(element("a", sample.label, { href: `${root}questions/${key}/` }));
        row.append(name);
        for (const [slug, , cells] of held) row.append(answer(cells.get(key), slug, watched.get(slug)));
      }
    }
    return made;
  };

  // `opt_in, by_request` as people write it, as `in_words` does on the pages that are written.
  const inWords = (text) =>
    text.split(", ").every((each) => /^[a-z0-9]+(_[a-z0-9]+)*$/.test(each)) ? text.replaceAll("_", " ") : text;

  const answer = (cell, slug, watched) => {
    const place = element("td");
    if (!cell) {
      const none = element("span", "", { class: "none" });
      none.append(element("span", "–", { "aria-hidden": "true" }), element("span", "not known", { class: "unseen" }));
      place.append(none);
    }
    else {
      const tone = !cell.reviewed ? "unreviewed" : watched.has(cell.key) ? "watch" : "clean";
      place.append(element("a", inWords(cell.shown), { class: `value ${tone}`, href: `${root}${slug}/${cell.key}/`, dir: "auto" }));
      if (cell.condition) place.append(element("div", cell.condition, { class: "kind", dir: "auto" }));
    }
    return place;
  };

  const draw = async () => {
    const fetched = await Promise.all(chosen.map((slug) => fetch(`${root}${slug}/entry.json`)
      .then((found) => (found.ok ? found.json().then((entry) => [slug, entry]) : null))));
    const entries = fetched.filter(Boolean);
    const into = byId("chosen-table");
    byId("matrix").hidden = entries.length > 0;
    into.replaceChildren();
    if (entries.length) {
      const scroll = element("section", "", { class: "scroll", tabindex: "0", "aria-label": "Comparison of the chosen offerings" });
      scroll.append(table(entries));
      into.append(scroll);
    }
    byId("chosen").replaceChildren(...entries.map(([slug, entry]) => {
      const row = element("li"), button = element("button", `${entry.name} ×`, { type: "button", "aria-label": `Remove ${entry.name}` });
      button.addEventListener("click", () => { chosen.splice(chosen.indexOf(slug), 1); keep(); });
      row.append(button);
      return row;
    }));
    byId("told").textContent = chosen.length > entries.length ? "Some of the chosen offerings are not in this registry." : "";
  };

  const keep = () => {
    history.replaceState(null, "", chosen.length ? `?with=${chosen.join(",")}` : location.pathname);
    return draw();
  };

  form.hidden = false;
  byId("add").addEventListener("focus", async () => {
    const { offerings } = await index();
    byId("all-offerings").replaceChildren(...offerings.map(({ name }) => element("option", "", { value: name })));
  }, { once: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = folded(byId("add").value.trim());
    const { offerings } = await index();
    const found = typed && (offerings.find((each) => folded(each.name) === typed) ?? offerings.find((each) => each.words.includes(typed)));
    const slug = found && found.page.slice(0, -1);
    byId("told").textContent = !found ? "There is no offering of that name." : chosen.length >= LARGEST ? `At most ${LARGEST} fit side by side.` : "";
    if (found && !chosen.includes(slug) && chosen.length < LARGEST) {
      chosen.push(slug);
      byId("add").value = "";
      await keep();
    }
  });
  if (chosen.length) draw();
})();
