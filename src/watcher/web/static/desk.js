// Keys, and what makes deciding quick. Everything here has a plain form beneath it that works without.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ── the chosen row of the queue ────────────────────────────────────────────────────────────
  const rows = () => all("#queue > .row");
  const chosen = () => one("#queue > .row.chosen");
  const choose = (row) => {
    if (!row) return;
    rows().forEach((each) => each.classList.toggle("chosen", each === row));
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const open = (row) => row && !row.matches(".done, .leaving");
  const step = (by) => {
    const list = rows();
    let at = chosen() ? list.indexOf(chosen()) : by > 0 ? -1 : list.length;
    do { at += by; } while (list[at] && !open(list[at]) && by > 0);
    choose(list[at]);
  };

  // ── keys ───────────────────────────────────────────────────────────────────────────────────
  // In the queue a decision is about the chosen row or about nothing: never about one that nobody looked at.
  const scope = () => chosen() || one("article.change");
  const press = (key) => {
    const target = scope() && one(`[data-key="${key}"]`, scope());
    if (!target) return false;
    const menu = target.closest("details.menu");
    if (menu) {
      menu.open = !menu.open;
      const first = menu.open && one("button", menu);
      if (first) first.focus();
      return true;
    }
    if (target.dataset.first) {
      const field = one(target.dataset.first);
      if (field) { field.focus(); if (field.select) field.select(); return true; }
      const more = one("#amend");
      if (more) { more.open = true; one("select", more).focus(); return true; }
    }
    target.click();
    return true;
  };
  const choice = (key) => {
    const menu = one("details.menu[open]");
    const button = menu && one(`[data-choice="${key}"]`, menu);
    if (button) button.click();
    return Boolean(button);
  };
  const closeMenus = () => all("details.menu[open]").map((menu) => (menu.open = false)).length > 0;
  const help = () => { const dialog = one("#help"); if (dialog) dialog.open ? dialog.close() : dialog.showModal(); };
  const go = (where) => { if (where) location.assign(where); };
  const change = () => one("article.change");

  const KEYS = {
    j: () => (change() ? go(change().dataset.next) : step(1)),
    k: () => (change() ? history.back() : step(-1)),
    s: () => (change() ? press("s") : step(1)),
    o: () => chosen() && go(chosen().dataset.href),
    Enter: () => chosen() && document.activeElement === chosen() && go(chosen().dataset.href),
    q: () => change() && go(change().dataset.back),
    c: () => { const field = one("[data-focus=c]"); if (field) field.focus(); },
    u: () => undo(),
    "?": help,
    Escape: () => closeMenus(),
    a: () => press("a"), e: () => press("e"), d: () => press("d"), l: () => press("l"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const typing = event.target.closest("input, textarea, select");
    if (typing) { if (event.key === "Escape") typing.blur(); return; }
    if (one("#help[open]")) {
      if (event.key === "?" || event.key === "Escape") { event.preventDefault(); help(); }
      return;
    }
    if (event.key !== "Escape" && choice(event.key)) { event.preventDefault(); return; }
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const act = KEYS[event.key];
    if (act) { if (event.key !== "Enter") event.preventDefault(); act(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-key="?"]')) help();
    if (!event.target.closest("details.menu")) closeMenus();
    // Not on its buttons: to move the focus away would make htmx forget which of them was pressed.
    const row = !event.target.closest("form, a, summary") && event.target.closest("#queue > .row");
    if (row && open(row)) choose(row);
  });

  // ── decisions: shown at once, taken back when they were not saved ──────────────────────────
  let underway = 0;
  let after = null;
  const undo = () => {
    const form = one("#undo");
    if (!form) return;
    const send = () => form.requestSubmit();
    if (underway) { after = send; } else { send(); }
  };
  const tell = (text) => {
    const place = one("#told");
    place.textContent = text;
    if (text) setTimeout(() => { place.textContent = ""; }, 8000);
  };
  const settled = (row) => {
    underway = Math.max(0, underway - 1);
    if (row) row.classList.remove("leaving");
    if (!underway && after) { const send = after; after = null; send(); }
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.target.closest && event.target.closest("#queue > .row");
    if (!row || !event.target.matches("form")) return;
    if (row.classList.contains("leaving")) { event.preventDefault(); return; }
    underway += 1;
    closeMenus();
    const was = row.classList.contains("chosen");
    row.classList.add("leaving");
    if (was) { step(1); if (chosen() === row) row.classList.add("chosen"); }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // Not the event's target: a saved row is gone from the page by now, and the event comes from what is left.
    const form = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!form || !form.matches("form.decide")) return;
    const failed = !event.detail.successful && !(event.detail.xhr && event.detail.xhr.status === 409);
    settled(form.closest(".row"));
    if (failed) {
      const answer = event.detail.xhr && event.detail.xhr.responseText;
      const said = answer ? new DOMParser().parseFromString(answer, "text/html").body.textContent.trim() : "";
      tell(`Not saved. ${said || "The desk does not answer; try again."}`);
      choose(form.closest(".row"));
    }
  });
  const count = () => {
    // Answers may overtake each other: the one that knows of the latest decision counts.
    const latest = all("#queue > .row[data-seen]").sort((a, b) => a.dataset.seen - b.dataset.seen).pop();
    if (latest) one("#waiting").textContent = latest.dataset.waiting;
  };
  document.addEventListener("htmx:afterSettle", count);

  // ── small things ───────────────────────────────────────────────────────────────────────────
  const start = () => {
    choose(rows().find(open));
    all("[data-slider]").forEach((slider) => {
      one("input", slider).addEventListener("input", (event) => slider.style.setProperty("--at", `${event.target.value}%`));
    });
    all(".scroll > .timeline").forEach((picture) => { picture.parentElement.scrollLeft = picture.scrollWidth; }); // what is new first
    all(".filters select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
    if (location.hash === "#value") { const field = one("[data-amend]"); if (field) { field.focus(); if (field.select) field.select(); } else if (one("#amend")) one("#amend").open = true; }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
