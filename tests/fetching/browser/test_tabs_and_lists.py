"""Tabs that load what they show when they are chosen, and lists that let go of the rows that went by."""

from __future__ import annotations

import re

import pytest

TABS = b"""<main><h1>Regions</h1><div role=tablist>%s</div><div id=panels>%s</div></main><script>
const tabs = [...document.querySelectorAll("[role=tab]")];
for (const [at, tab] of tabs.entries()) tab.addEventListener("click", () => {
  for (const each of tabs) each.setAttribute("aria-selected", each === tab);
  show(at, tab.textContent); history.pushState({}, "", "/tab-" + at);
});
%s</script>"""
BUTTONS = b"".join(
    b"<button role=tab aria-controls=p%d aria-selected=%s>%s</button>" % (at, chosen, name)
    for at, (name, chosen) in enumerate(
        [(b"Europe", b"true"), (b"America", b"false"), (b"Asia", b"false")]
    )
)
EACH_ITS_OWN = TABS % (
    BUTTONS,
    b"<div role=tabpanel id=p0><p>Kept in Europe.</p></div><div role=tabpanel id=p1 hidden></div>"
    b"<div role=tabpanel id=p2 hidden></div>",
    b"""const show = (at, name) => { [p0, p1, p2].forEach((each, other) => { each.hidden = other !== at });
    const panel = [p0, p1, p2][at];
    if (!panel.textContent) fetch("/api").then((answer) => answer.text())
      .then((text) => { panel.innerHTML = `<p>${text} in ${name}.</p>` }) }""",
)
ONE_FOR_ALL = TABS % (
    BUTTONS.replace(b"aria-controls=p", b"data-x=p"),
    b"<div role=tabpanel><p>Kept in Europe.</p></div>",
    b"""const show = (at, name) => { panels.firstChild.innerHTML = `<p>Kept in ${name}.</p>` }""",
)
MADE_ANEW = TABS % (
    BUTTONS.replace(b"aria-controls=p", b"data-x=p"),
    b"<section role=tabpanel><p>Kept in Europe.</p></section>",
    b"""const show = (at, name) => { panels.innerHTML = `<section role=tabpanel><p>Kept in ${name}.</p></section>` }""",
)


@pytest.mark.parametrize("page", [EACH_ITS_OWN, ONE_FOR_ALL, MADE_ANEW])
def test_every_tab_is_chosen_and_its_text_kept_once_in_order(browse, site, page):
    site.page("/api", b"Kept", content_type="text/plain")
    response = browse(site.page("/page", page))
    said = re.findall(r"<p>Kept in (\w+)\.</p>", response.payload.decode())
    assert said == ["Europe", "America", "Asia"]
    assert b"hidden" not in response.payload.partition(b"<script")[0]
    assert response.final_url == site.url("/page")
    assert browse(site.url("/page")).payload == response.payload


def test_tabs_inside_tabs_are_chosen_too(browse, site):
    page = b"""<main><div role=tablist id=outer></div><div role=tabpanel id=panel></div></main><script>
    const tabs = (list, names, show) => { list.innerHTML = ""; for (const name of names) {
      const tab = Object.assign(document.createElement("button"), {textContent: name});
      tab.setAttribute("role", "tab"); tab.setAttribute("aria-selected", name === names[0]);
      tab.onclick = () => { for (const each of list.children) each.ariaSelected = each === tab; show(name) };
      list.append(tab) } show(names[0]) };
    tabs(outer, ["API", "Chat"], (product) => {
      panel.innerHTML = "<div><div role=tablist></div><div role=tabpanel></div></div>";
      const [list, inner] = panel.firstChild.children;
      tabs(list, ["Retention", "Training"], (topic) => { inner.innerHTML = `<p>${topic} of ${product}.</p>` });
    });</script>"""
    said = re.findall(r"<p>(\w+ of \w+)\.</p>", browse(site.page("/page", page)).payload.decode())
    assert sorted(said) == [
        "Retention of API",
        "Retention of Chat",
        "Training of API",
        "Training of Chat",
    ]


def test_tabs_that_are_links_away_or_send_a_form_are_left_alone(browse, site):
    page = b"""<main><p>A policy.</p><div role=tablist><a role=tab href=/away aria-selected=false>Pricing</a></div>
    <form action=/sent><div role=tablist><button role=tab>Send</button></div></form>
    <a role=button href=/away>Show all</a><form action=/sent><button>Load more</button></form>
    <a href=/away><button aria-expanded=false>Careers</button></a></main>"""
    response = browse(site.page("/page", page))
    assert response.trouble is None and b"A policy." in response.payload
    assert not site.asked("/away") and not site.asked("/sent")


def test_a_fold_whose_script_leaves_is_left_alone_at_the_second_try(browse, site):
    page = b"""<main><p>A policy.</p><button aria-expanded=false onclick="location = '/away'">More</button></main>"""
    site.page("/away", b"<p>Something else.")
    response = browse(site.page("/page", page))
    assert (response.trouble, response.final_url) == (None, site.url("/page"))
    assert b"A policy." in response.payload


ROWS = b"""<style>.row { height: 40px; %s }</style><main><h1>Subprocessors</h1>%s</main><script>
const names = Array.from({length: 120}, (_, at) => `Subprocessor ${at + 1}`);
%s
</script>"""
BOX = b"""<div id=box style="height: 400px; overflow: auto">
<div id=tall style="height: 4800px; position: relative"></div></div>"""
POSITIONED = ROWS % (
    b"position: absolute; width: 100%",
    BOX,
    b"""const draw = () => { const first = Math.floor(box.scrollTop / 40);
    tall.innerHTML = names.slice(first, first + 12)
    .map((name, at) => `<div class=row style="top: ${(first + at) * 40}px">${name}</div>`).join("") };
    box.onscroll = draw; draw();""",
)
USED_AGAIN = ROWS % (
    b"position: absolute; width: 100%",
    BOX,
    b"""for (let at = 0; at < 12; at++) tall.insertAdjacentHTML("beforeend", "<div class=row></div>");
    const draw = () => { const first = Math.min(108, Math.floor(box.scrollTop / 40));
    [...tall.children].forEach((row, at) => {
      row.style.top = (first + at) * 40 + "px"; row.textContent = names[first + at] ?? "" }) };
    box.onscroll = draw; draw();""",
)
PADDED = ROWS % (
    b"",
    b"<ul id=list></ul>",
    b"""const draw = () => { const first = Math.max(0, Math.min(80, Math.floor((scrollY - 100) / 40)));
    list.style.padding = `${first * 40}px 0 ${(80 - first) * 40}px`;
    list.innerHTML = names.slice(first, first + 44).map((name) => `<li class=row>${name}</li>`).join("") };
    onscroll = draw; draw();""",
)


@pytest.mark.parametrize("page", [POSITIONED, USED_AGAIN, PADDED])
def test_a_list_that_lets_go_of_rows_is_collected_in_its_order(browse, site, page):
    response = browse(site.page("/page", page))
    said = re.findall(r">Subprocessor (\d+)<", response.payload.decode())
    assert said == [str(number) for number in range(1, 121)]


def test_a_row_that_ticks_is_one_row(browse, site):
    page = b"""<main style="min-height: 9000px"><ul style="height: 8900px">
    <li>One</li><li>Two</li><li>Three</li><li id=clock></li></ul></main>
    <script>setInterval(() => { clock.textContent = "Seen " + Date.now() }, 50)</script>"""
    assert browse(site.page("/page", page)).payload.count(b"Seen ") == 2  # once more in the script


LAYERS = b"""<main><p>We keep data for 30 days.</p><p id=m></p></main>
<div role=dialog id=d style="position: fixed; inset: 0; background: white"><p>We use cookies for analytics.</p>
<button onclick="m.textContent = 'accepted'; d.remove()">Accept all</button>
<button onclick="d.innerHTML = second">Cookie settings</button></div><script>
const second = `<p>Choose which cookies we may use.</p><label><input type=checkbox checked disabled>Necessary</label>
<label><input type=checkbox checked id=a>Analytics</label>%s`;</script>"""


@pytest.mark.parametrize(
    "buttons",
    [
        b"""<button onclick="m.textContent = 'refused'; d.remove()">Reject all</button>""",
        b"""<button onclick="m.textContent = a.checked ? 'given' : 'refused'; d.remove()">Save my choices</button>""",
    ],
)
def test_consent_is_refused_in_the_second_layer(browse, site, buttons):
    assert b'<p id="m">refused</p>' in browse(site.page("/page", LAYERS % buttons)).payload
