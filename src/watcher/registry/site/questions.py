"""How a claim key is asked of one offering, and how its value is answered, in a reader's words.

The vocabulary holds the general question; here is how a person would ask it, and the answer in a word or three. A key
that is not listed is asked in the vocabulary's words, a value that is not listed answers as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from watcher.model import Value, Vocabulary
from watcher.registry.claim_notes import label_of
from watcher.registry.printable import one_line, shortened

_ASKED: Mapping[str, str] = {
    "commercial_use_allowed": "Can I use {name} commercially?",
    "output_ownership": "Who owns what {name} produces?",
    "input_ownership": "Who owns what I put into {name}?",
    "redistribution_allowed": "May I publish or resell what {name} produces?",
    "training_use_of_input": "Does {name} train on my data?",
    "api_available": "Does {name} have an API?",
    "webhook_available": "Does {name} offer webhooks?",
    "minimum_age": "How old must one be to use {name}?",
    "competing_model_prohibited": "Does {name} forbid building competing models?",
    "reverse_engineering_prohibited": "Does {name} forbid reverse engineering?",
    "scraping_prohibited": "Does {name} forbid scraping?",
    "sla_uptime_percent": "What uptime does {name} promise?",
    "soc2_type2": "Does {name} have a SOC 2 Type II report?",
    "iso_27001": "Is {name} certified to ISO/IEC 27001?",
    "iso_42001": "Is {name} certified to ISO/IEC 42001?",
    "certifications": "Which certifications does {name} have?",
    "trust_portal": "Where is the trust portal of {name}?",
    "hipaa_baa": "Can I sign a HIPAA BAA for {name}?",
    "healthcare_addendum_url": "Where is the healthcare addendum of {name}?",
    "data_retention": "What does {name} keep, and for how long?",
    "retention_days": "How long does {name} keep my data?",
    "zero_data_retention": "Does {name} offer zero data retention?",
    "zdr_eligible_endpoints": "Which endpoints of {name} allow zero data retention?",
    "zdr_excluded_models": "Which models of {name} exclude zero data retention?",
    "human_review": "Do people at {name} look at my data?",
    "data_sale": "Does {name} sell personal data?",
    "data_residency": "Can I choose where {name} keeps my data?",
    "data_residency_regions": "In which regions does {name} keep data?",
    "subprocessor_list_url": "Where are the sub-processors of {name} listed?",
    "subprocessor_notice_days": "How much notice of new sub-processors does {name} give?",
    "breach_notification_hours": "How soon does {name} tell me of a breach?",
    "document_updated": "When were the documents of {name} updated?",
    "document_effective": "From when do the documents of {name} apply?",
    "contracting_entity": "Who is my contract for {name} with?",
    "contact_email": "How do I reach {name} about a policy?",
    "governing_law": "Which law governs my contract for {name}?",
    "dispute_resolution": "How are disputes about {name} resolved?",
    "class_action_waiver": "Do I waive class actions by using {name}?",
    "liability_cap": "How far is liability for {name} capped?",
    "notice_of_change_days": "How much notice of changed terms does {name} give?",
    "termination_notice_days": "How much notice of termination does {name} give?",
    "dpa": "Does {name} offer a data processing addendum?",
    "dpa_url": "Where is the data processing addendum of {name}?",
    "dpa_version": "Which version has the data processing addendum of {name}?",
    "transfer_mechanism": "On what do international transfers by {name} rest?",
    "dpo_contact": "Who is the data protection officer for {name}?",
    "audit_rights": "May I audit {name}?",
    "gpai_code_of_practice": "Has the maker of {name} signed the EU GPAI Code of Practice?",
    "art53_summary": "Is there an Article 53 training summary for {name}?",
}
_ANSWERS: Mapping[str, str] = {
    "opt_in": "Only if you opt in",
    "opt_out": "Yes, unless you opt out",
    "by_request": "On request",
    "by_approval": "Only with approval",
    "conditional": "On conditions",
    "in_progress": "Not yet, in progress",
    "prohibited": "No, it is forbidden",
    "customer": "You do, the customer",
    "provider": "The provider",
    "none_claimed": "The provider claims nothing",
    "arbitration_and_courts": "Arbitration and courts",
}
_CHOICE = re.compile("[a-z][a-z0-9_]{0,40}")
_NAME_LENGTH = 90


def asked(key: str, name: str, vocabulary: Vocabulary) -> str:
    """Give the question that `key` asks of the offering called `name`."""
    name = shortened(name, _NAME_LENGTH)
    if key in _ASKED:
        return _ASKED[key].format(name=name)
    known = vocabulary.get(key)
    return f"{name}: {known.question}" if known else f"{name}: {label_of(key, vocabulary)}"


def answered(value: Value, rendered: str) -> str:
    """Give the short answer that `value`, written `rendered`, is; without a full stop."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if not isinstance(value, str):
        return one_line(rendered)
    if value in _ANSWERS:
        return _ANSWERS[value]
    if not _CHOICE.fullmatch(value):
        return one_line(rendered)
    return value.replace("_", " ").capitalize()
