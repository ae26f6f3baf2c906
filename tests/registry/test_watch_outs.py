from __future__ import annotations

import pytest

from watcher.registry.watch_outs import watch_out


def told(key, value, **more):
    shown = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value
    found = watch_out(key, "Label", value, rendered=str(shown), **more)
    return (found.answer, found.reason) if found else None


@pytest.mark.parametrize(
    ("key", "value", "more"),
    [
        ("soc2_type2", "yes", {}),
        ("iso_27001", "yes", {"attributes": {"route": "public", "tier": "self_serve"}}),
        ("training_use_of_input", "no", {"attributes": {"default": "enabled"}}),
        ("training_use_of_input", "opt_in", {}),
        ("training_use_of_input", "opt_in", {"condition": "unless you opt in"}),
        ("data_sale", False, {}),
        ("audit_rights", True, {}),
        ("output_ownership", "customer", {}),
        ("retention_days", 30, {"condition": "longer where the law says so"}),
        ("governing_law", "Ireland", {"condition": "elsewhere California"}),
        ("dpa", "yes", {"attributes": {"route": "public", "default": "requires_config"}}),
    ],
)
def test_a_clean_public_answer_is_nothing_to_watch_out_for(key, value, more):
    assert told(key, value, **more) is None


@pytest.mark.parametrize(
    ("key", "value", "more", "answer"),
    [
        ("art53_summary", "unclear", {}, "Unclear"),
        ("hipaa_baa", "by_request", {}, "By request"),
        (
            "hipaa_baa",
            "by_request",
            {"attributes": {"route": "sales_contract"}},
            "Yes, sales-gated",
        ),
        ("data_sale", True, {}, "Yes"),
        ("audit_rights", False, {}, "No"),
        ("training_use_of_input", "opt_out", {}, "Opt out"),
        (
            "output_ownership",
            "customer",
            {"condition": "if the terms are kept"},
            "Customer, on condition",
        ),
        ("hipaa_baa", "yes", {"attributes": {"route": "sales_contract"}}, "Yes, sales-gated"),
        (
            "retention_days",
            30,
            {"attributes": {"default": "requires_approval"}},
            "30, approval-gated",
        ),
        ("dpa", "yes", {"attributes": {"tier": "enterprise_only"}}, "Yes, tier: enterprise only"),
        ("dpa", "yes", {"doubt": "It waits."}, "Yes"),
        (
            "certifications",
            "iso 27001, soc 2 type 2",
            {"doubt": "It waits."},
            "iso 27001, soc 2 type 2",
        ),
        ("dpo_contact", "dpo@acme.example", {"doubt": "It waits."}, "dpo@acme.example"),
        ("hipaa_baa", "by_request", {"attributes": {"availability": "on_request"}}, "By request"),
        ("soc2_type2", "yes", {"attributes": {"availability": "sales_gated"}}, "Yes, sales-gated"),
    ],
)
def test_anything_else_is(key, value, more, answer):
    found = told(key, value, **more)
    assert found is not None
    assert found[0] == answer


def test_the_reason_is_one_short_line_the_most_telling_first():
    gated = {"attributes": {"route": "sales_contract"}, "quote": "Ask us."}
    assert told("dpa", "yes", doubt="D", condition="C", **gated)[1] == "D"
    assert told("dpa", "yes", condition="C", **gated)[1] == "C"
    assert told("dpa", "yes", **gated)[1] == "Has to be agreed with the provider's sales."
    assert told("dpa", "no", quote="We\noffer none.")[1] == "We offer none."
    assert len(told("dpa", "no", quote="word " * 200)[1]) <= 241
