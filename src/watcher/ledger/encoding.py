"""The nouns as JSON and back, exactly: `document_from(document_as(x)) == x`, and so for each.

What a field leaves out is the model's default. `…_as` gives plain dicts, lists and texts; `to_json` and `from_json`
make text of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time
from typing import Any

from watcher.ledger.times import from_text, to_text
from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Claim,
    ClaimChange,
    Cron,
    DeclaredClaim,
    Difference,
    Digest,
    Document,
    Doubt,
    Evidence,
    FetchMode,
    HostRules,
    Link,
    QuietHours,
    Region,
    Slug,
    Source,
    Step,
    StepAction,
    Suppression,
    Usual,
    Value,
    Verdict,
    WordEdit,
)

Plain = dict[str, Any]

# Looked up in a table, names of a block cost a fifth of what asking the enumeration does.
_KINDS = {kind.value: kind for kind in BlockKind}
_REGIONS = {region.value: region for region in Region}


def to_json(plain: object) -> str:
    """Give compact JSON with every letter as itself."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Any:
    """Give what `to_json` was given."""
    return json.loads(text)


def to_bytes(plain: object) -> bytes:
    """Give compact JSON as bytes; half a surrogate pair, which a hostile page may hold, comes back as it was."""
    return to_json(plain).encode("utf-8", "surrogatepass")


def from_bytes(content: bytes) -> Any:
    """Give what `to_bytes` was given."""
    return json.loads(content.decode("utf-8", "surrogatepass"))


def value_from(plain: Any) -> Value:
    """Give a claim's value; a list is what JSON makes of a tuple."""
    return tuple(plain) if isinstance(plain, list) else plain


def attributes_from(plain: list[list[Any]]) -> tuple[tuple[str, Value], ...]:
    """Give the attributes of a claim."""
    return tuple((name, value_from(value)) for name, value in plain)


def block_as(block: Block) -> Plain:
    """Give a block as JSON has it."""
    plain: Plain = {"kind": block.kind, "text": block.text}
    if block.region is not Region.MAIN:
        plain["region"] = block.region
    if block.path:
        plain["path"] = block.path
    if block.links:
        plain["links"] = [(link.text, link.target) for link in block.links]
    if block.level:
        plain["level"] = block.level
    if block.page is not None:
        plain["page"] = block.page
    return plain


def block_from(plain: Plain) -> Block:
    """Give the block that `block_as` was given."""
    links = plain.get("links")
    return Block(
        _KINDS[plain["kind"]],
        plain["text"],
        _REGIONS[plain.get("region", "main")],
        tuple(plain.get("path", ())),
        tuple([Link(text, target) for text, target in links]) if links else (),
        plain.get("level", 0),
        plain.get("page"),
    )


def document_as(document: Document) -> Plain:
    """Give a document as JSON has it."""
    return {
        "title": document.title,
        "language": document.language,
        "reader": document.reader,
        "blocks": [block_as(block) for block in document.blocks],
    }


def document_from(plain: Plain) -> Document:
    """Give the document that `document_as` was given."""
    return Document(
        blocks=tuple(block_from(block) for block in plain["blocks"]),
        title=plain["title"],
        language=plain["language"],
        reader=plain["reader"],
    )


def claim_as(claim: Claim) -> Plain:
    """Give a claim with its evidence as JSON has it."""
    evidence = claim.evidence
    plain: Plain = {
        "key": claim.key,
        "value": claim.value,
        "quote": evidence.quote,
        "start": evidence.start,
    }
    optional: Plain = {
        "section": evidence.section or None,
        "page": evidence.page,
        "condition": claim.condition,
        "scope": claim.scope or None,
        "attributes": claim.attributes or None,
        "rule": claim.rule or None,
    }
    plain.update((name, value) for name, value in optional.items() if value is not None)
    return plain


def claim_from(plain: Plain) -> Claim:
    """Give the claim that `claim_as` was given."""
    return Claim(
        key=plain["key"],
        value=value_from(plain["value"]),
        evidence=Evidence(
            quote=plain["quote"],
            start=plain["start"],
            section=tuple(plain.get("section", ())),
            page=plain.get("page"),
        ),
        condition=plain.get("condition"),
        scope=plain.get("scope", ""),
        attributes=attributes_from(plain.get("attributes", [])),
        rule=plain.get("rule", ""),
    )


def claim_change_as(change: ClaimChange) -> Plain:
    """Give a claim change as JSON has it."""
    return {
        "difference": change.difference,
        "before": None if change.before is None else claim_as(change.before),
        "after": None if change.after is None else claim_as(change.after),
        **({"before_source": change.before_source} if change.before_source else {}),
    }


def claim_change_from(plain: Plain) -> ClaimChange:
    """Give the claim change that `claim_change_as` was given."""
    return ClaimChange(
        difference=Difference(plain["difference"]),
        before=None if plain["before"] is None else claim_from(plain["before"]),
        after=None if plain["after"] is None else claim_from(plain["after"]),
        before_source=plain.get("before_source"),
    )


def block_change_as(change: BlockChange) -> Plain:
    """Give a block change with its words as JSON has it."""
    return {
        "difference": change.difference,
        "before": None if change.before is None else block_as(change.before),
        "after": None if change.after is None else block_as(change.after),
        "words": [(edit.kind, edit.text) for edit in change.words],
    }


def block_change_from(plain: Plain) -> BlockChange:
    """Give the block change that `block_change_as` was given."""
    return BlockChange(
        difference=Difference(plain["difference"]),
        before=None if plain["before"] is None else block_from(plain["before"]),
        after=None if plain["after"] is None else block_from(plain["after"]),
        words=tuple(WordEdit(kind, text) for kind, text in plain["words"]),
    )


def suppression_as(suppression: Suppression) -> Plain:
    """Give a suppression as JSON has it, without its rule, under which it is stored."""
    return {
        "difference": suppression.difference,
        "text": suppression.text,
        "before": suppression.before,
    }


def suppression_from(rule: str, plain: Plain) -> Suppression:
    """Give the suppression by `rule` that `suppression_as` was given."""
    return Suppression(rule, Difference(plain["difference"]), plain["text"], plain["before"])


def usual_as(usual: Usual) -> Plain:
    """Give how a source usually looks as JSON has it."""
    return {
        "title": usual.title,
        "language": usual.language,
        "final_url": usual.final_url,
        "length": usual.length,
        "blocks": usual.blocks,
        "markup": usual.markup,
    }


def usual_from(plain: Plain) -> Usual:
    """Give what `usual_as` was given."""
    return Usual(**plain)


def doubt_as(doubt: Doubt) -> Plain:
    """Give a doubt as JSON has it."""
    return {
        "document_digest": doubt.document_digest,
        "verdict": doubt.verdict,
        "since": to_text(doubt.since),
        "looks": doubt.looks,
        "begun": to_text(doubt.begun),
    }


def doubt_from(plain: Plain) -> Doubt:
    """Give the doubt that `doubt_as` was given."""
    return Doubt(
        document_digest=Digest(plain["document_digest"]),
        verdict=Verdict(plain["verdict"]),
        since=from_text(plain["since"]),
        looks=plain["looks"],
        begun=from_text(plain["begun"] if "begun" in plain else plain["since"]),
    )


def amended_from(plain: Plain) -> Mapping[str, Value | None]:
    """Give the amended values of a review, by claim id."""
    return {claim_id: value_from(value) for claim_id, value in plain.items()}


def declaration_as(source: Source) -> Plain:
    """Give how a source is fetched, read and timed; what stands in columns of its own is left out."""
    plain: Plain = {}
    if source.fetch is not FetchMode.AUTO:
        plain["fetch"] = source.fetch
    for name in ("keep", "drop", "language", "allow_private", "fetcher"):
        if value := getattr(source, name):
            plain[name] = value
    if source.claims:
        plain["claims"] = [
            [getattr(each, name) for name in _DECLARED_CLAIM] for each in source.claims
        ]
    if source.steps:
        plain["steps"] = [[getattr(each, name) for name in _STEP] for each in source.steps]
    if source.cron:
        plain["cron"] = [source.cron.fields, source.cron.zone]
    if quiet := source.quiet:
        plain["quiet"] = [quiet.begin.isoformat(), quiet.end.isoformat(), quiet.zone]
    return plain


def declaration_from(plain: Plain) -> Plain:
    """Give the arguments of a Source that `declaration_as` wrote."""
    said = dict(plain)
    if "fetch" in said:
        said["fetch"] = FetchMode(said["fetch"])
    for name in ("keep", "drop"):
        if name in said:
            said[name] = tuple(said[name])
    if "claims" in said:
        said["claims"] = tuple(_declared_claim(*each) for each in said["claims"])
    if "steps" in said:
        steps = (dict(zip(_STEP, each, strict=True)) for each in said["steps"])
        said["steps"] = tuple(
            Step(**step | {"action": StepAction(step["action"])}) for step in steps
        )
    if "cron" in said:
        said["cron"] = Cron(*said["cron"])
    if "quiet" in said:
        begin, end, zone = said["quiet"]
        said["quiet"] = QuietHours(time.fromisoformat(begin), time.fromisoformat(end), zone)
    return said


def _declared_claim(
    key: str,
    selector: str | None,
    pattern: str | None,
    value: str | None,
    condition: str | None,
    attributes: list[list[Any]] | None = None,
    offering: Slug | None = None,
) -> DeclaredClaim:
    finer = attributes_from(attributes or [])
    return DeclaredClaim(key, selector, pattern, value, condition, finer, offering)


_STEP = ("action", "target", "panel", "times", "within", "optional")
_DECLARED_CLAIM = ("key", "selector", "pattern", "value", "condition", "attributes", "offering")


def host_rules_as(rules: HostRules) -> list[Any]:
    """Give how a host is treated; its quiet hours stand with each of its sources."""
    return [rules.spacing, rules.concurrency, rules.robots, rules.allow_private]


def host_rules_from(plain: list[Any]) -> HostRules:
    """Give what `host_rules_as` wrote."""
    return HostRules(*plain)
