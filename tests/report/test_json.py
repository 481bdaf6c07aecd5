import json
from itertools import permutations
from math import isnan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_diagnoses import diagnosis, finding, zoo

from loganalyzer.model.finding import Evidence
from loganalyzer.report.json import decode_diagnosis, encode_diagnosis, render, schema
from loganalyzer.report.renderers import Report

PUBLISHED = Path(__file__).parents[2] / "docs" / "scan.schema.json"


def rendered(*diagnoses):
    return json.loads(render(Report("logs", diagnoses)), parse_constant=pytest.fail)


def test_published_schema_is_what_the_types_say():
    assert PUBLISHED.read_text() == schema(), "run `make schema`"


@pytest.mark.parametrize("diagnoses", [(), zoo()], ids=["empty", "zoo"])
def test_document_keeps_to_the_schema(diagnoses):
    validator = Draft202012Validator(json.loads(schema()))
    assert list(validator.iter_errors(rendered(*diagnoses))) == []
    assert list(validator.iter_errors(rendered(*diagnoses) | {"schema": "other/1"})) != []


def test_order_of_the_runs_given_does_not_matter():
    texts = {render(Report("logs", order)) for order in permutations(zoo()[:4])}
    assert len(texts) == 1


def test_summary_counts_runs_by_verdict_and_unexplained_findings():
    summary = rendered(*zoo())["summary"]
    assert {
        name: summary[name] for name in ("runs", "sick", "suspect", "healthy", "insufficient", "unreadable")
    } == {
        "runs": 6,
        "sick": 2,
        "suspect": 1,
        "healthy": 1,
        "insufficient": 1,
        "unreadable": 1,
    }
    assert summary["findings"] == {
        "divergence": 1,
        "loss-spikes": 2,
        "non-finite-loss": 1,
        "overfitting": 1,
        "slow-convergence": 1,
    }


def test_run_has_every_key_that_others_build_on():
    run = next(run for run in rendered(*zoo())["runs"] if run["name"] == "lr-high/run_3")
    assert run["sources"] == [
        {
            "path": "logs/lr-high/run_3/events.out.tfevents.1",
            "format": "tfevents",
            "bytes": 4096,
            "records": 60,
        }
    ]
    assert run["roles"]["loss"].items() >= {"quantity": "loss", "split": "train", "why": "named loss"}.items()
    assert list(run["roles"]) == ["acc", "loss"]
    assert run["not_applicable"] == [{"rule": "overfitting", "reason": "no validation loss"}]
    assert run["broken"] == [{"rule": "kl-blowup", "reason": "division by zero"}]
    first, *_, last = run["findings"]
    assert first["onset"] == {"step": 1200, "fraction": 0.38, "wall_time": 1.7e9}
    assert first["remedies"][0]["do"] == [
        "Divide the learning rate by ten.",
        "Run again from the last good checkpoint.",
    ]
    assert first["remedies"][0]["references"][0]["url"] == "https://www.deeplearningbook.org/"
    assert [f["hidden_by"] for f in run["findings"]] == ["", "", "divergence", ""]
    assert last["pathology"] == "loss-spikes"


def test_numbers_that_are_not_finite_are_null():
    runs = {run["name"]: run for run in rendered(*zoo())["runs"]}
    evidence = runs["nan"]["findings"][0]["evidence"][0]
    assert (evidence["value"], evidence["threshold"]) == (None, None)
    assert runs["nan"]["hparams"] == {"clip": None, "lr": 0.1, "nesterov": True, "optimizer": "sgd"}


def test_nothing_in_it_steers_a_terminal():
    text = render(Report("logs", (diagnosis("\x9b31m\x7f\u202egnp.exe"),)))
    assert text.isascii()
    assert json.loads(text)["runs"][0]["name"] == "\x9b31m\x7f\u202egnp.exe"


def test_names_that_are_not_text_are_spelled_out():
    assert "bro\x1b[31mken\\udc80" in {run["name"] for run in rendered(*zoo())["runs"]}


@pytest.mark.parametrize("one", [d for d in zoo() if d.run.name != "nan"], ids=lambda d: ascii(d.run.name))
def test_diagnosis_survives_keeping(one):
    plain = diagnosis(one.run.name, one.verdict, one.findings, reason=one.reason)
    back = decode_diagnosis(encode_diagnosis(plain))
    assert isnan(back.run.hparams["clip"])
    assert repr(back) == repr(plain)


@given(st.floats(), st.none() | st.floats(), st.text())
def test_any_number_and_text_survives_keeping(value, threshold, text):
    evidence = Evidence("x", value, threshold, text, text, None, 3, text)
    one = diagnosis(findings=[finding(evidence=(evidence,), message=text)])
    assert repr(decode_diagnosis(encode_diagnosis(one))) == repr(one)


@pytest.mark.parametrize("damaged", [b"", b"{", b"{}", b"[1]", b'{"run": 3}'])
def test_what_is_not_a_diagnosis_is_refused(damaged):
    with pytest.raises(ValueError):
        decode_diagnosis(damaged)
