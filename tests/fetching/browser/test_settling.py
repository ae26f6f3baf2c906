"""What a page gets to fill in, although its clock leaps and nobody waits for its polling."""

from __future__ import annotations

import asyncio

import pytest

SHOW = b"<main id=m></main><script>const show = (text) => m.append(text);%s</script>"

SLOWLY = {
    "letter by letter": b"""const words = [..."All that we promise takes its time."];
        setInterval(() => words.length && show(words.shift()), 80)""",
    "after timers that begin each other": b"""let left = 6;
        const next = () => --left ? setTimeout(next, 700) : show("All that we promise takes its time.");
        setTimeout(next, 700)""",
    "after many short timers": b"""let left = 150;
        const next = () => --left ? setTimeout(next, 0) : show("All that we promise takes its time.");
        setTimeout(next, 3500)""",
    "by a worker": b"""const said = "'All that we promise takes its time.'";
        const work = new Blob([`setTimeout(() => postMessage(${said}), 250)`]);
        new Worker(URL.createObjectURL(work)).onmessage = (told) => show(told.data)""",
}


@pytest.mark.parametrize("way", SLOWLY)
def test_a_page_that_writes_slowly_is_waited_for(browse, site, way):
    response = browse(site.page("/page", SHOW % SLOWLY[way]))
    assert b"All that we promise takes its time." in response.payload.partition(b"<script>")[0]
    assert response.header("x-watcher-settled") == "clock"


def test_polling_does_not_crowd_out_the_answers_that_carry_content(browse, site):
    news = b'{"status": "nothing new here"}'
    for number in range(60):
        site.page(f"/api/poll?at={number}", news, content_type="application/json")
    site.page("/api/list", b'["Data is encrypted at rest"]', content_type="application/json")
    page = b"""<main id=m></main><script>
    let polls = 0;
    setInterval(() => fetch(`/api/poll?at=${polls++ % 60}`), 50);
    const show = (list) => m.append(list[0]);
    setTimeout(() => fetch("/api/list").then((answer) => answer.json()).then(show), 3000);
    </script>"""
    payload = browse(site.page("/page", page)).payload
    assert payload.count(b"data-watcher-answer=") == 1
    assert b'>["Data is encrypted at rest"]</script>' in payload


def test_the_next_page_of_a_list_that_is_polled_is_waited_for(browse, site):
    async def slowly(writer):
        await asyncio.sleep(0.6)
        writer.write(site.message(b"The second page."))

    site.page("/api/list?page=1", b"The first page.")
    site.plays("/api/list?page=2", slowly)
    page = b"""<main id=m><button id=more>Load more</button></main><script>
    const show = (answer) => answer.text().then((text) => m.append(text));
    setInterval(() => fetch("/api/list?page=1"), 300);
    more.onclick = () => { more.remove(); fetch("/api/list?page=2").then(show) };
    </script>"""
    assert b"The second page.</main>" in browse(site.page("/page", page)).payload
