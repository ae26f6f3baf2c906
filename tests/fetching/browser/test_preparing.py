"""What a patient reader does first: refuse, unfold, scroll on; and what is read from under roots and frames."""

from __future__ import annotations

import asyncio
import re

LAZY = b"""<main><h1>Subprocessors</h1><ul id=list></ul><div id=end style="height: 2px"></div></main><script>
let number = 0;
const add = () => { for (let i = 0; i < 10 && number < 60; i++) {
  const item = document.createElement("li");
  item.textContent = `Subprocessor ${++number}`; item.style.height = "120px"; list.append(item) } };
add();
new IntersectionObserver((seen) => { if (seen[0].isIntersecting) setTimeout(add, 300) }).observe(end);
setInterval(() => { if (end.getBoundingClientRect().top < innerHeight) add() }, 500);
</script>"""

BOX = b"""<main><div id=box style="height: 300px; overflow-y: auto"></div></main><script>
let number = 0;
const add = () => { for (let i = 0; i < 10 && number < 60; i++)
  box.insertAdjacentHTML("beforeend", "<p style='height: 60px'>Control " + ++number + "</p>") };
add();
box.addEventListener("scroll", () => { if (box.scrollTop + 400 > box.scrollHeight) setTimeout(add, 100) });
</script>"""

MORE = b"""<main><ul id=list></ul><button id=more>Show 10 more</button><button id=less>Show less</button></main><script>
let number = 0;
const add = () => { for (let i = 0; i < 10; i++) list.insertAdjacentHTML("beforeend", `<li>Entry ${++number}</li>`);
  more.hidden = number >= 50 };
add(); more.onclick = () => setTimeout(add, 200); less.onclick = () => list.replaceChildren();
</script>"""

ACCORDION = b"""<nav><button aria-expanded=false onclick="location='/away'">Products</button></nav>
<header><button aria-expanded=false aria-haspopup=menu onclick="location='/away'">Menu</button></header>
<main id=m></main><script>
const exclusive = %s;
for (const name of ["Retention", "Residency", "Training"]) {
  m.insertAdjacentHTML("beforeend", `<h3><button aria-expanded=false>${name}</button></h3>`);
  const button = m.lastElementChild.firstChild;
  const fold = () => { button.setAttribute("aria-expanded", false); button.parentNode.nextElementSibling.remove() };
  button.fold = fold;
  button.onclick = () => {
    if (button.getAttribute("aria-expanded") === "true") return fold();
    if (exclusive) for (const other of m.querySelectorAll("[aria-expanded=true]")) other.fold();
    button.setAttribute("aria-expanded", true);
    button.parentNode.insertAdjacentHTML("afterend", `<div><p>All about ${name}.</p></div>`);
  };
}
</script>"""

CONSENT = b"""<main><p>We keep data for 30 days.</p><button onclick="m.textContent = 'Wrong!'">Decline</button>
<p id=m></p></main>
<div role=dialog style="position: fixed; inset: 0; background: white"><p>We use cookies for analytics.</p>
<button onclick="parentNode.remove(); m.textContent = 'accepted'">Accept all</button>
<button onclick="parentNode.remove(); m.textContent = 'refused'">%s</button></div>"""


def listed(response, word):
    return len(re.findall(rb">" + word + rb" \d+<", response.payload))


def test_a_list_that_loads_as_one_scrolls_is_read_to_its_end(browse, site):
    assert listed(browse(site.page("/page", LAZY)), b"Subprocessor") == 60


def test_a_box_that_scrolls_by_itself_is_read_to_its_end(browse, site):
    assert listed(browse(site.page("/page", BOX)), b"Control") == 60


def test_a_list_with_a_button_for_more_is_read_to_its_end(browse, site):
    assert listed(browse(site.page("/page", MORE)), b"Entry") == 50


def test_what_is_folded_is_opened_and_menus_are_left_alone(browse, site):
    response = browse(site.page("/page", ACCORDION % b"false"))
    for name in (b"Retention", b"Residency", b"Training"):
        assert response.payload.count(b"<p>All about %s.</p>" % name) == 1
    assert not site.asked("/away")


def test_what_closes_when_another_opens_is_read_all_the_same(browse, site):
    response = browse(site.page("/page", ACCORDION % b"true"))
    for name in (b"Retention", b"Residency", b"Training"):
        assert response.payload.count(b"<p>All about %s.</p>" % name) == 1


def test_details_are_opened(browse, site):
    page = b"""<details ontoggle="w.textContent = 'for 30 days'"><summary>Retention</summary><p id=w></p></details>"""
    assert b"for 30 days</p>" in browse(site.page("/page", page)).payload


def test_consent_is_refused_never_given(browse, site):
    for words in (b"Reject all", b"Alle ablehnen", b"Only necessary cookies"):
        response = browse(site.page("/page", b"<meta charset=utf-8>" + CONSENT % words))
        assert b'<p id="m">refused</p>' in response.payload


def test_what_offers_no_refusal_is_left_alone(browse, site):
    response = browse(site.page("/page", CONSENT % b"Read our notice"))
    assert b'<p id="m"></p>' in response.payload


def test_consent_inside_a_frame_is_refused(browse, site):
    frame = b"""<p>We use cookies.</p><button onclick="parent.postMessage('refused', '*')">Reject all</button>"""
    site.page("/frame", frame)
    other = site.url("/frame", host="127.0.0.2").encode()
    page = b"""<p>A policy.</p><p id=m></p><iframe src=%s></iframe>
    <script>onmessage = (message) => { m.textContent = message.data }</script>"""
    assert b'<p id="m">refused</p>' in browse(site.page("/page", page % other)).payload


def test_open_shadow_roots_are_read_with_what_is_slotted_into_them(browse, site):
    page = b"""<a-card><span slot=words>slotted words</span></a-card><script>
    customElements.define("a-card", class extends HTMLElement { connectedCallback() {
      this.attachShadow({mode: "open"}).innerHTML = "<h2>In the shadow</h2><slot name=words></slot>" } })</script>"""
    response = browse(site.page("/page", page))
    assert (
        b'<h2>In the shadow</h2><span slot="words">slotted words</span></a-card>'
        in response.payload
    )
    assert response.payload.count(b"In the shadow") == 2  # once read, once in the script


def test_frames_of_the_same_origin_are_read_with_links_that_still_lead(browse, site):
    site.page("/folder/frame", b"<p>Framed words. <a href=next>Next</a></p>")
    response = browse(site.page("/page", b"<p>A policy.</p><iframe src=/folder/frame></iframe>"))
    assert b"Framed words." in response.payload
    assert f'href="{site.url("/folder/next")}"'.encode() in response.payload


def test_a_plea_for_scripts_is_not_part_of_what_was_rendered(browse, site):
    response = browse(
        site.page("/page", b"<noscript>Please enable JavaScript.</noscript><p>A policy.")
    )
    assert b"enable JavaScript" not in response.payload


def test_json_answers_that_nobody_sees_are_not_kept(browse, site):
    site.page("/api/beacon", b'{"id": "nobody reads this ever"}', content_type="application/json")
    response = browse(site.page("/page", b"<p>A policy.</p><script>fetch('/api/beacon')</script>"))
    assert site.asked("/api/beacon")
    assert b"nobody reads this" not in response.payload


def test_an_answer_that_a_page_shows_is_kept_inside_its_copy(browse, site):
    site.page(
        "/api/list?v=1&w=2",
        b'{"controls": ["Data is encrypted at rest"]}',
        content_type="application/json",
    )
    page = b"""<main id=m></main><script>fetch("/api/list?v=1&w=2").then((answer) => answer.json())
    .then((data) => { m.textContent = data.controls[0] })</script>"""
    kept = b'data-watcher-answer="%s">{"controls": ["Data is encrypted at rest"]}</script>'
    url = site.url("/api/list?v=1&amp;w=2").encode()
    assert kept % url in browse(site.page("/page", page)).payload


def test_a_declared_selector_is_waited_for(browse, site):
    async def slowly(writer):
        await asyncio.sleep(1.5)
        writer.write(site.message(b'<p id="terms">Terms.</p>'))

    site.plays("/late", slowly)
    page = b"""<main id=m></main><script>
    setTimeout(() => fetch("/late").then((answer) => answer.text()).then((text) => { m.innerHTML = text }), 9000)
    </script>"""
    assert b"Terms." in browse(site.page("/page", page), keep=("#terms",)).payload
