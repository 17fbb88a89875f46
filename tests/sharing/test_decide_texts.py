"""What an answer says in words: the sentence, the reasons, what to record and what is possible instead."""

from typing import Any

from knooppunt.sharing import law
from knooppunt.sharing.rules import Decision, Outcome, decide, read_question
from tests.sharing import plain

TEXTS = plain.fact_texts()
WGS = next(one for one in plain.regime_files() if (one["regime"], one["valid_to"]) == ("WGS_ZVH", None))
RULES, KINDS = WGS["rules"], WGS["not_participants"]["kinds"]
NO_GATE = {"explicit_consent": False, "legal_duty": False, "legal_permission": False}
SUPPLY: dict[str, Any] = {
    "regime": "WGS_ZVH",
    "step": "consultation",
    "supplier": "municipality",
    "recipient": "police",
    "recipient_role": "participant",
    "category": "housing",
    "subject": "resident",
    "on": "2026-01-15",
}


def _ask(facts: dict[str, bool], **said: str) -> Decision:
    return decide(read_question({**SUPPLY, **said, "facts": facts}), law.versions())


def test_under_a_duty_to_supply_the_sentence_says_so() -> None:
    made = _ask({"necessary": True})
    assert made.sentence == f"Dit mag, en in beginsel: moet. {RULES['supply']['text']}"
    assert (made.reasons, made.possible_instead) == ((RULES["supply"]["text"],), ())
    assert made.regime_version and made.regime_version.startswith("WGS_ZVH@2025-07-01#")


def test_without_a_duty_or_under_medical_secrecy_the_sentence_says_no_more_than_may() -> None:
    own = _ask({"identity_verified": True}, recipient="resident", recipient_role="resident")
    assert own.sentence == f"Dit mag. {RULES['own_data']['text']}"
    gate = _ask({"necessary": True, "legal_duty": True}, supplier="mental_health", category="health")
    assert gate.outcome is Outcome.PERMITTED and gate.sentence.startswith("Dit mag. ")


def test_the_sentence_of_a_condition_says_every_condition_once() -> None:
    made = _ask({}, supplier="police", recipient="mayor", category="police")
    texts = [TEXTS[fact]["condition"] for fact in ("necessary", "competent_authority_agrees")]
    assert made.sentence == f"Dit mag onder voorwaarden. {' '.join(texts)}"
    assert ([one.text for one in made.conditions], made.possible_instead) == (texts, ())


def test_a_block_says_why_before_the_rule_and_what_is_possible() -> None:
    made, rule, fact = (
        _ask({"weighty_reasons_against": True}),
        RULES["weighty_reasons"],
        TEXTS["weighty_reasons_against"],
    )
    assert made.reasons == (fact["closed"], rule["text"])
    assert made.sentence == f"Dit mag niet. {fact['closed']}"
    assert made.possible_instead == tuple(fact["instead"])
    assert set(rule["record"]) <= set(made.record)


def test_a_need_that_is_not_met_says_why_and_what_is_possible() -> None:
    made = _ask({"necessary": False})
    assert made.reasons == (TEXTS["necessary"]["closed"], RULES["supply"]["text"])
    assert made.possible_instead == tuple(TEXTS["necessary"]["instead"])
    closed = _ask({**NO_GATE, "good_caregiving": False}, supplier="mental_health", category="health")
    assert closed.reasons[:-1] == tuple(TEXTS[fact]["closed"] for fact in (*NO_GATE, "good_caregiving"))


def test_what_is_weighed_is_recorded_with_the_reason_and_another_way_is_named() -> None:
    made = _ask({"necessary": True, "good_caregiving": True}, supplier="mental_health", category="health")
    rule, fact = RULES["medical_secrecy"], TEXTS["good_caregiving"]
    assert made.sentence == f"Weeg dit eerst af en leg vast waarom. {rule['text']}"
    assert made.possible_instead == tuple(dict.fromkeys([*rule["instead"], *fact["instead"]]))
    assert fact["record"] in made.record


def test_what_would_block_but_is_unknown_stands_in_the_record_until_it_is_known() -> None:
    blocks = ("weighty_reasons_against", "retention_expired", "radicalisation_taken_up")
    lines = {TEXTS[fact]["record"] for fact in blocks}
    unknown, known = _ask({"necessary": True}), _ask({"necessary": True, **dict.fromkeys(blocks, False)})
    assert lines <= set(unknown.record) and not lines & set(known.record)
    assert unknown.articles == known.articles == ("Wgs 1.5 lid 1",)
    assert unknown.reasons == known.reasons


def test_consent_is_recorded_and_that_it_still_stands_is_to_be_checked() -> None:
    said = {"supplier": "mental_health", "recipient": "public_health", "category": "health"}
    once = _ask({"necessary": True, "explicit_consent": True}, **said)
    sure = _ask({"necessary": True, "explicit_consent": True, "consent_withdrawn": False}, **said)
    assert once.outcome is sure.outcome is Outcome.PERMITTED
    assert TEXTS["explicit_consent"]["record"] in once.record and TEXTS["explicit_consent"]["record"] in sure.record
    assert TEXTS["consent_withdrawn"]["record"] in once.record
    assert TEXTS["consent_withdrawn"]["record"] not in sure.record
    duty = _ask({"necessary": True, "legal_duty": True}, **said)
    assert TEXTS["consent_withdrawn"]["record"] not in duty.record


def test_with_a_kind_that_takes_no_part_the_line_of_that_kind_says_what_is_possible() -> None:
    as_recipient = _ask({"necessary": True}, recipient="housing_corporation")
    as_supplier = _ask({"necessary": True}, supplier="school")
    both = _ask({"necessary": True}, supplier="school", recipient="housing_corporation")
    assert as_recipient.possible_instead == (KINDS["housing_corporation"]["instead"],) == both.possible_instead
    assert as_supplier.possible_instead == (KINDS["school"]["instead"],)
    assert as_recipient.reasons == (RULES["recipient_takes_part"]["text"],)


def test_where_nothing_is_said_the_general_lines_say_what_is_possible() -> None:
    made = _ask({"necessary": True}, step="signal", category="professional_contact", subject="professional")
    assert made.outcome is Outcome.PERMITTED
    closed = _ask({}, step="closed", recipient_role="third_party", recipient="school")
    assert closed.outcome is Outcome.REFUSED
    nothing = _ask({"renewal_case": True}, step="closed", recipient_role="third_party", recipient="police")
    text, lines = WGS["default"]["text"], tuple(WGS["default"]["instead"])
    assert (nothing.sentence, nothing.reasons) == (f"Dit mag niet. {text}", (text,))
    assert (nothing.articles, nothing.possible_instead) == ((WGS["purpose"]["article"],), lines)
    school = _ask({"renewal_case": True}, step="closed", recipient_role="third_party", recipient="school")
    assert school.possible_instead == lines, "what a kind can do as a participant says nothing of a third"


def test_where_nobody_knows_of_medical_secrecy_the_condition_asks_for_it() -> None:
    made = _ask({"necessary": True}, supplier="public_health", category="health")
    assert (made.outcome, made.possible_instead) == (Outcome.CONDITIONAL, ())
    ask, need = TEXTS["bearer_of_medical_secrecy"]["ask"], RULES["medical_secrecy"]["needs"][0]["text"]
    assert [one.text for one in made.conditions] == [f"{ask} {need}"]
    said = {"supplier": "public_health", "recipient": "mayor", "recipient_role": "other_zvh"}
    other = _ask({"necessary": True}, **said)
    assert [one.text for one in other.conditions] == [TEXTS["bearer_of_medical_secrecy"]["condition"]]
    assert other.reasons == (RULES["no_secret_data_to_other_zvh"]["text"],)


def test_an_asking_rule_without_needs_binds_with_its_own_words() -> None:
    made = _ask({"necessary": True, "supplier_conditions": True})
    assert [(one.facts, one.any, one.text) for one in made.conditions] == [
        ((), False, RULES["supplier_sets_limits"]["text"])
    ]
    assert set(RULES["supplier_sets_limits"]["record"]) <= set(made.record)


def test_before_the_law_was_in_force_the_day_is_named() -> None:
    made = _ask({"necessary": True}, on="2024-02-01")
    assert made.sentence == f"Dit mag niet. Op 01-02-2024 geldt dit juridisch kader niet: {WGS['title']}."
    assert made.reasons == (made.sentence.removeprefix("Dit mag niet. "),)
    assert (made.articles, made.regime_version) == (("Bgs 4.1 onder a",), None)
    assert (made.conditions, made.record, made.possible_instead) == ((), (), tuple(WGS["default"]["instead"]))
