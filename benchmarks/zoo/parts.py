"""What many frames have in common: the page itself, lists of links, consent dialogs, chats, forms."""

from __future__ import annotations

import html

from zoo.markup import Around
from zoo.policy import Policy

CONSENT = {
    "en": (
        "We use cookies",
        "We and our 214 partners store and read information on your device to measure visits and to show you advertising that fits. You can change your mind at any time.",
        ("Accept all", "Reject all", "Settings"),
    ),
    "de": (
        "Wir verwenden Cookies",
        "Wir und unsere Partner speichern Angaben auf Ihrem Gerät, um Besuche zu messen und passende Werbung zu zeigen. Sie können Ihre Wahl jederzeit ändern.",
        ("Alle annehmen", "Ablehnen", "Einstellungen"),
    ),
    "fr": (
        "Nous utilisons des cookies",
        "Nous et nos partenaires enregistrons des informations sur votre appareil pour mesurer les visites et afficher des publicités adaptées. Vous pouvez changer d'avis à tout moment.",
        ("Tout accepter", "Tout refuser", "Réglages"),
    ),
    "nl": (
        "Wij gebruiken cookies",
        "Wij en onze partners bewaren gegevens op uw apparaat om bezoeken te meten en passende reclame te tonen. U kunt uw keuze altijd wijzigen.",
        ("Alles toestaan", "Weigeren", "Instellingen"),
    ),
    "es": (
        "Usamos cookies",
        "Nosotros y nuestros socios guardamos información en su dispositivo para medir las visitas y mostrar publicidad adecuada. Puede cambiar de opinión en cualquier momento.",
        ("Aceptar todo", "Rechazar", "Ajustes"),
    ),
}


def consent(around: Around, role: bool = True) -> str:
    """A consent dialog with its table of categories, or nothing."""
    if not around.consent:
        return ""
    title, text, buttons = CONSENT[around.consent]
    inner = f"<h2>{title}</h2><p>{text}</p>" + "".join(f"<button>{b}</button>" for b in buttons)
    inner += (
        "".join(
            f"<div><h3>{n}</h3><p>{d}</p></div>"
            for n, d in (
                ("Necessary", "These are needed for the site to work and cannot be switched off."),
                ("Statistics", "These count visits and tell us which pages people like."),
            )
        )
        if around.consent == "en"
        else ""
    )
    return (
        f'<div role="dialog" aria-modal="true" aria-label="{title}">{inner}</div>'
        if role
        else f'<div class="cc-{around.build}"><div>{inner}</div></div>'
    )


def items(names: list[str], tag: str = "li") -> str:
    return "".join(
        f'<{tag}><a href="/{n.lower().replace(" ", "-")}">{html.escape(n)}</a></{tag}>'
        for n in names
    )


def chat(around: Around) -> str:
    return (
        f'<div id="chat-{around.token()}"><div>Hi there. How can we help?</div><div>We usually answer in {around.dice.choice((3, 5, 10))} minutes</div><button>Start a conversation</button></div>'
        if around.chat
        else ""
    )


def page(policy: Policy, around: Around, body: str, head: str = "", lang: str = "en") -> str:
    return f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{html.escape(policy.title)} | {html.escape(policy.product)}</title><link rel="stylesheet" href="/assets/{around.build}.css"><script nonce="{around.token()}">window.s="{around.token()}"</script>{head}</head><body>{body}{around.extra}</body></html>'


def form(around: Around) -> str:
    return (
        f'<form action="/subscribe?sid={around.token()}"><label>Stay up to date<input name="mail" placeholder="Your e-mail"></label><button>Subscribe</button><div class="w-form-done">Thank you! We have your address.</div><div class="w-form-fail">Something went wrong while sending the form.</div></form>'
        if around.form
        else ""
    )


def testimonial(around: Around) -> str:
    return (
        f"<div class='slider'><blockquote>{around.quote}</blockquote></div>" if around.quote else ""
    )
