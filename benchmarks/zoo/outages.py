"""What sites send instead of a policy: walls, errors, shells, other pages."""

from __future__ import annotations

import random

from zoo import words
from zoo.markup import Around
from zoo.parts import items, page
from zoo.policy import Policy


def bare(title: str, body: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


def challenge(policy: Policy, around: Around) -> str:
    return f'<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta http-equiv="refresh" content="390"></head><body><div class="main-wrapper" role="main"><div class="main-content"><noscript><div id="challenge-error-text">Enable JavaScript and cookies to continue</div></noscript></div></div><script>window._cf_chl_opt={{cRay:"{around.token()}",cH:"{around.token()}"}};var a=document.createElement("script");a.src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray={around.token()}";</script></body></html>'


def denied(policy: Policy, around: Around) -> str:
    return bare(
        "Access Denied",
        f'<h1>Access Denied</h1>You don\'t have permission to access "http&#58;&#47;&#47;site&#46;example&#47;legal" on this server.<p>Reference&#32;&#35;18&#46;{around.token()}</p><p>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;{around.token()}</p>',
    )


def device(policy: Policy, around: Around) -> str:
    return bare(
        "site.example",
        f'<p id="cmsg">Please enable JS and disable any ad blocker</p><script data-cfasync="false">var dd={{"rt":"c","cid":"{around.token()}","hsh":"{around.token()}","t":"bv","host":"geo.captcha-delivery.com"}}</script><script src="https://ct.captcha-delivery.com/c.js"></script>',
    )


def missing(policy: Policy, around: Around) -> str:
    return page_like(
        policy,
        around,
        "<h1>404</h1><h2>We looked everywhere</h2><p>The page you want is not here. It may have moved, or the address has a mistake in it.</p><a href='/'>Go home</a>",
    )


def page_like(policy: Policy, around: Around, main: str) -> str:
    return page(
        policy,
        around,
        f"<header><nav><ul>{items(around.menu)}</ul></nav></header><main>{main}</main><footer><ul>{items(around.footer)}</ul></footer>",
    )


def broken(policy: Policy, around: Around) -> str:
    return bare(
        "500 Internal Server Error",
        "<center><h1>500 Internal Server Error</h1></center><hr><center>nginx/1.25.3</center>",
    )


def gateway(policy: Policy, around: Around) -> str:
    return bare(
        "504 Gateway Time-out",
        "<center><h1>504 Gateway Time-out</h1></center><hr><center>nginx</center>",
    )


def upkeep(policy: Policy, around: Around) -> str:
    return bare(
        "Down for maintenance",
        f"<div><h1>We'll be back soon</h1><p>{policy.product} is having some work done. Thanks for your patience; we expect to return within the hour.</p></div>",
    )


def login(policy: Policy, around: Around) -> str:
    return bare(
        f"Sign in | {policy.product}",
        "<div><h1>Welcome back</h1><form><label>Email<input type=email></label><label>Password<input type=password></label><button>Log in</button></form><p>No account yet? <a href='/signup'>Sign up</a></p><p>By continuing you agree to our <a href='/terms'>Terms</a> and <a href='/privacy'>Privacy Policy</a>.</p></div>",
    )


def crash(policy: Policy, around: Around) -> str:
    return '<!DOCTYPE html><html><head></head><body><div id="__next"><div style="height:100vh"><div><h2>Application error: a client-side exception has occurred (see the browser console for more information).</h2></div></div></div></body></html>'


def shell(policy: Policy, around: Around) -> str:
    """The frame of the site, its text not loaded."""
    return page_like(
        policy, around, '<div class="spinner" role="status"><span>Loading...</span></div>'
    )


def empty(policy: Policy, around: Around) -> str:
    return "<html><head></head><body></body></html>"


def hub(policy: Policy, around: Around) -> str:
    names = (
        "Terms of Service",
        "Privacy Policy",
        "Data Processing Addendum",
        "Sub-processors",
        "Usage Policy",
        "Cookie Policy",
        "Security",
        "Earlier versions",
    )
    return page_like(
        policy,
        around,
        f"<h1>Legal centre</h1><p>Everything you need to know about how {policy.company} works with you, in one place.</p><ul>"
        + "".join(
            f"<li><a href='/legal/{n}'>{n}</a><p>Read our {n.lower()}</p></li>" for n in names
        )
        + "</ul>",
    )


def home(policy: Policy, around: Around) -> str:
    return page_like(
        policy,
        around,
        f"<h1>Write less. Say more.</h1><p>{policy.product} turns a rough thought into a finished page.</p><a href='/signup'>Start free</a>"
        + "".join(
            f"<section><h2>{p}</h2><p>{around.dice.choice(words.QUOTES)}</p></section>"
            for p in random.Random(4).sample(words.POSTS, 6)
        ),
    )


def region(policy: Policy, around: Around) -> str:
    return bare(
        policy.product,
        f"<div><h1>{policy.product} is not available in your region</h1><p>We are working hard to bring it to more countries. Leave your address and we will write to you.</p></div>",
    )


def browser(policy: Policy, around: Around) -> str:
    return bare(
        policy.product,
        "<div><h1>Your browser is not supported</h1><p>Please update to a current version of one of these browsers to go on.</p><ul><li>Firefox</li><li>Chrome</li><li>Safari</li></ul></div>",
    )


def limited(policy: Policy, around: Around) -> str:
    return (
        '<html><head><meta name="color-scheme" content="light dark"></head><body><pre>{"error":{"code":"rate_limited","message":"Too many requests. Try again later.","request_id":"'
        + around.token()
        + '"}}</pre></body></html>'
    )


GERMAN = (
    "Dieses Dokument erklärt, wie wir mit Ihren Angaben umgehen, wenn Sie unseren Dienst nutzen.",
    "Wir speichern Ihren Namen und Ihre Adresse, damit wir Rechnungen stellen können.",
    "Ihre Inhalte werden nicht zum Trainieren unserer Modelle verwendet, wenn Sie nicht zustimmen.",
    "Sie können jederzeit Auskunft und Löschung verlangen.",
    "Wir antworten innerhalb von 30 Tagen und berechnen dafür nichts.",
    "Die Server stehen in Deutschland, einige Dienstleister arbeiten in anderen Ländern.",
    "Der Dienst richtet sich nicht an Personen unter 16 Jahren.",
    "Änderungen kündigen wir rechtzeitig an, damit Sie sie lesen können.",
)


def german(policy: Policy, around: Around) -> str:
    body = "".join(
        f"<h2>{n}. Abschnitt</h2>"
        + "".join(f"<p>{s}</p>" for s in random.Random(n).sample(GERMAN, 6))
        for n in range(1, 9)
    )
    return f'<!doctype html><html lang="de"><head><title>Datenschutz | {policy.product}</title></head><body><header><nav><ul>{items(["Produkt", "Preise", "Kunden", "Anmelden"])}</ul></nav></header><main><h1>Datenschutzerklärung</h1>{body}</main><footer><p>Impressum</p></footer></body></html>'


def german_shell(policy: Policy, around: Around) -> str:
    """The same policy, in a frame that speaks another language by where one looks from: told apart by its menu only."""
    return page(policy, around, "", lang="de")


def product_page(policy: Policy, around: Around) -> str:
    return page_like(
        policy,
        around,
        f"<h1>{policy.product} for teams</h1><p>Plans that grow with you.</p>"
        + "".join(
            f"<section><h3>{n}</h3><p>{p} a month per person</p><ul><li>{q}</li><li>Unlimited notebooks</li></ul><a>Choose</a></section>"
            for n, p, q in (
                ("Free", "$0", "3 agents"),
                ("Plus", "$18", "20 agents"),
                ("Business", "$42", "Single sign-on"),
            )
        )
        + "<h2>Questions</h2><p>Can I cancel at any time? Yes, in the settings. Do you offer discounts for schools? Yes, write to us.</p>",
    )
