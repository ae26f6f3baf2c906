"""What pages say that is not policy, as data: one phrase a line, in the regular expressions of Python.

Each list is matched against the whole of a short text, never against a part of one: a policy that speaks of cookies,
feedback or newsletters is untouched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def _whole(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(phrases)})\W*", re.IGNORECASE)


_PIECES = r"(?:articles?|posts?|stories|news|reads|guides|blogs?|insights)"

HEADS_EXTRAS = _whole(
    (
        r"you (?:may|might) also (?:like|be interested in)",
        rf"(?:related|recommended|popular|trending|featured|recent|latest|similar|more)(?: \w+)? {_PIECES}",
        r"related",
        r"recommended(?: for you)?",
        r"(?:read|up) next",
        r"(?:keep|further) reading",
        r"more from .{0,40}",
        r"(?:sign up for|subscribe to|join) (?:our|the) (?:newsletter|mailing list|blog)",
        r"share this.{0,20}",
        r"(?:was|did you find) this .{0,30}helpful",
        r"recently viewed.{0,20}",
        r"comments? \(\d+\)",
        r"(?:\d+ )?(?:comments?|replies|responses)",
        r"(?:new|other|similar|suggested|related|popular|latest) (?:topics|threads|discussions)",
    )
)
"""Headings of what stands beside a policy."""

HEADS_CONSENT = _whole(
    (
        r"we (?:value|care about|respect|protect) your privacy",
        r"your privacy (?:matters|is important)(?: to us)?",
        r"(?:customi[sz]e|manage)(?: your)? (?:consent|privacy)(?: preferences)?",
        r"privacy preference cent(?:er|re)",
        r"(?:cookie )?consent(?: preferences)?",
        r"(?:this|our) (?:web)?site uses cookies",
        r"we use cookies",
        r"cookie notice",
    )
)
"""Headings of dialogs that ask for consent to cookies, where what follows asks for it."""

INTERFACE = _whole(
    (
        r"(?:was|did you find|is) this .{0,30}helpful.{0,20}",
        r"(?:share|give|send|submit|leave)(?: us)?(?: your)? feedback",
        r"thank(?:s| you) for (?:sharing )?your feedback",
        r"(?:article|page|ai) summary",
        r"(?:copy|view|open|edit|print|download|save|share)(?: this)? (?:page|article|link|section)(?: as .{1,20})?",
        r"(?:open|edit|share)(?: this)?(?: page)? (?:in|on|with) .{1,20}",
        r"copy (?:as|to) .{1,20}",
        r"copied",
        r"skip to (?:main |the )?(?:content|navigation)",
        r"(?:back to|scroll to) (?:the )?(?:top|main menu)",
        r"scroll .{0,15}(?:left|right|down)",
        r"(?:expand|collapse|open|close|toggle|show|hide) (?:all|more|less|(?:main )?menu|sidebar|search|theme)",
        r"(?:show|read|load|see|learn) more",
        r"dismiss",
        r"loading",
        r"please wait",
        r"(?:dark|light|system)(?: (?:mode|theme))?",
        r"subscribe",
        r"(?:sign|log) ?(?:in|up|out)",
        r"get started",
        r"(?:contact|talk to) sales",
        r"(?:accept|reject|allow|decline|deny)(?: all)?(?: cookies)?",
        r"(?:manage|customi[sz]e)(?: cookies| preferences)?",
        r"cookie (?:settings|preferences)",
        r"(?:select|choose) (?:a |your )?language",
        r"ask (?:ai|an? assistant|a question).{0,20}",
        r"lorem ipsum.*",
    )
)
"""Labels of controls, messages to the visitor, filler."""

_PRESSED = (
    r"(?:by (?:clicking|continuing|closing|selecting|using (?:this|our) (?:web)?site)"
    r"|click(?:ing)?\b.{0,20}\b(?:accept|agree|allow)"
    r"|(?:accept|reject|allow|decline|deny) (?:all|cookies|additional|optional|non-essential)"
    r"|manage (?:cookies|preferences|settings)|got it)"
)

ASKS_CONSENT = re.compile(
    rf"\b{_PRESSED}\b.{{0,300}}\bcookies?\b|\bcookies?\b.{{0,300}}\b{_PRESSED}\b",
    re.IGNORECASE | re.DOTALL,
)
"""A notice about cookies that speaks of its own buttons."""

_VOTES = (
    r"(?:views?|visits?|visitors?|downloads?|stars?|forks?|reviews?|ratings?|comments?|likes?|followers?|subscribers?"
    r"|readers?|votes?|shares?|installs?|online|people found|of \d+ found|min(?:ute)?s? (?:to )?read)"
)
_CROWD = (
    r"(?:users?|members?|people|customers?|companies|businesses|teams|developers|organi[sz]ations"
    r"|partners?|vendors?)"
)

COUNTS = re.compile(
    rf"\d[\d,.]*\s*[kmb]?\+?\s*{_VOTES}\b"
    r"|\b(?:views?|visits?|downloads?|likes?|shares?|comments?|followers?|votes?|helpful)\s*[:(]\s*\d"
    r"|\bvisitor (?:number|no\.?|#)\s*\d"
    r"|^(?:likes?|upvotes?|claps?|replies|shares?|comments?)\s+\d+$"
    rf"|(?:\d{{1,3}}(?:[,.]\d{{3}})+|\d{{4,}}|\d[\d.,]*\s*(?:[kmb]|million|billion)\b)\+?\s+(?:\w+\s+)?{_CROWD}\b",
    re.IGNORECASE,
)
"""A number of votes, visits and the like, or a large number of people; "up to 5 users" is a term, not a counter."""

PARTNERS = re.compile(r"\b\d[\d,.]{2,}\s+(?:\w+\s+)?(?:partners|vendors)\b", re.IGNORECASE)
"""The number of companies that a consent dialog speaks for; it changes by the week."""

AGO = re.compile(
    r"\b(?:(?:over|about|almost|more than|less than)\s+)?(?:\d+|an?|a few|one|two|three)\s+"
    r"(?:seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)\s+ago\b|\byesterday\b|\bjust now\b"
    r"|(?<=\bupdated )(?:today|this week|last week|this month|last month)\b",
    re.IGNORECASE,
)
"""A time told from the reader's own."""

CLOCK = re.compile(
    r"\b\d{1,2}:\d\d:\d\d\b|\b(?:generated|rendered|cached|fetched|retrieved|printed) (?:at|on|in|:)?\s*\W?(?=.*\d)"
    r"|\btoday is\b|\bpage loaded\b",
    re.IGNORECASE,
)
"""A time to the second, or words that say when the page was made; office hours are a term."""
