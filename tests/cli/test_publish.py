"""`watcher publish`: the folder, what is written again, what is never touched, and what is said."""

from __future__ import annotations

import json
import os
import stat

import pytest

from watcher.cli.folder import MADE, MANIFEST, Tally, update_site, write_site
from watcher.errors import PublishError
from watcher.registry.site import File

FILES = {"index.html": b"front", "a/index.html": b"one", "a/b/index.html": b"two"}


def test_what_is_the_same_is_not_written_again(tmp_path):
    assert write_site(FILES.items(), tmp_path) == Tally(written=3)
    times = {path: (tmp_path / path).stat().st_mtime_ns for path in FILES}
    changed = {**FILES, "a/index.html": b"uno"}
    assert write_site(changed.items(), tmp_path) == Tally(written=1, unchanged=2)
    same = [path for path in FILES if (tmp_path / path).stat().st_mtime_ns == times[path]]
    assert same == ["index.html", "a/b/index.html"]


def test_what_is_made_of_the_same_is_not_made_again_unless_somebody_altered_it(tmp_path):
    asked = []

    def files(made_of):
        for path, content in FILES.items():
            yield File(
                path, lambda path=path, content=content: asked.append(path) or content, made_of
            )

    assert update_site(files("one"), tmp_path) == Tally(written=3)
    asked.clear()
    assert update_site(files("one"), tmp_path) == Tally(unchanged=3)
    assert asked == []
    (tmp_path / "index.html").write_bytes(b"tampered with")
    (tmp_path / "a/index.html").unlink()
    assert update_site(files("one"), tmp_path) == Tally(written=2, unchanged=1)
    assert asked == ["index.html", "a/index.html"]
    assert (tmp_path / "index.html").read_bytes() == b"front"
    asked.clear()
    assert update_site(files("two"), tmp_path) == Tally(unchanged=3)
    assert asked == list(FILES)


@pytest.mark.parametrize("said", ["", "one\n\n", "one two\n", "\xff\x00 one index.html\n"])
def test_what_we_remember_of_a_site_may_be_lost_or_damaged(tmp_path, said):
    made = [File(path, content.upper, "one") for path, content in FILES.items()]
    update_site(made, tmp_path)
    (tmp_path / MADE).write_text(said)
    assert update_site(made, tmp_path) == Tally(unchanged=3)


def test_only_what_we_made_is_removed_with_the_folders_left_empty(tmp_path):
    write_site(FILES.items(), tmp_path)
    (tmp_path / "CNAME").write_text("registry.example")
    (tmp_path / "a" / "mine.txt").write_text("mine")
    assert write_site([("index.html", b"front")], tmp_path) == Tally(unchanged=1, removed=2)
    left = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*"))
    assert left == [MANIFEST, "CNAME", "a", "a/mine.txt", "index.html"]


def test_a_file_that_is_not_ours_is_never_replaced(tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(PublishError, match=r"index\.html: is in the way"):
        write_site(FILES.items(), tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"
    assert not (tmp_path / "a").exists()


def test_a_site_that_was_cut_off_is_taken_up_again(tmp_path):
    def cut_off():
        yield from list(FILES.items())[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_site(cut_off(), tmp_path)
    changed = {path: content + b"!" for path, content in FILES.items()}
    assert write_site(changed.items(), tmp_path) == Tally(written=3)


def test_what_a_crash_left_half_written_goes(tmp_path):
    write_site(FILES.items(), tmp_path)
    for path in FILES:
        place = tmp_path / path
        place.with_name(f".{place.name}.unfinished").write_bytes(b"hal")
        place.unlink()
    write_site([("index.html", b"front")], tmp_path)
    left = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file())
    assert left == [MANIFEST, "index.html"]


def test_of_two_that_publish_at_once_one_stands_back(tmp_path):
    def while_another_writes():
        with pytest.raises(PublishError, match=r"another `watcher publish` is writing there"):
            write_site(FILES.items(), tmp_path)
        yield from FILES.items()

    assert write_site(while_another_writes(), tmp_path) == Tally(written=3)


def test_a_manifest_reaches_no_file_outside_its_folder(tmp_path):
    folder, outside = tmp_path / "site", tmp_path / "precious"
    outside.write_text("keep")
    write_site(FILES.items(), folder)
    linked = folder / "link"
    linked.symlink_to(tmp_path)
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write(f"../precious\n{outside}\na/../../precious\nlink/precious\n\n")
    write_site(FILES.items(), folder)
    assert outside.read_text() == "keep"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(PublishError, match="cannot be written"):
        write_site(FILES.items(), tmp_path)


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "site").write_text("a file")
    with pytest.raises(PublishError, match="cannot be written"):
        write_site(FILES.items(), tmp_path / "site")


def test_the_way_from_a_first_look_to_a_page(watcher, home):
    assert watcher("sweep").exit_code == 0
    empty = watcher("publish", "public")
    assert "Nothing is accepted yet" in empty.output
    assert "30 days" not in (home / "public/lumen-api/index.html").read_text()
    asked = watcher("publish", "preview", "--unreviewed")
    assert asked.exit_code == 0
    page = (home / "preview/lumen-api/index.html").read_text()
    assert "30 days" in page
    assert "read by machine, not reviewed" in page
    watcher("review", typed="a\n")
    told = json.loads(watcher("publish", "public", "--json").output)
    assert told["written"] > 1
    page = (home / "public/lumen-api/retention_days/index.html").read_text()
    assert "How long does Lumen API keep my data?" in page
    assert "30 days" in page
    again = json.loads(watcher("publish", "public", "--json").output)
    assert (again["written"], again["removed"]) == (0, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--url", "registry.example"], "is no web address"),
        (["--corrections", "javascript:alert(1)"], "neither an e-mail address nor a web address"),
    ],
)
def test_wrong_options_are_told(watcher, options, said):
    result = watcher("publish", "public", *options)
    assert result.exit_code == 2
    assert said in result.output


def test_without_declarations_there_is_nothing_to_publish(watcher, home):
    watcher("sweep")
    (home / "sources.yaml").unlink()
    assert watcher("publish", "public").exit_code == 2
    assert not (home / "public").exists()
