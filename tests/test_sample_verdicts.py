"""A scan of the sample logs says what their truth files say, and nothing loud besides."""

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from loganalyzer.audit.scan import ScanOptions, scan

SAMPLES = Path(__file__).parents[1] / "sample_logs"
TRUTHS = sorted((*SAMPLES.glob("*/*/truth.yaml"), *SAMPLES.glob("formats/*/*/truth.yaml")))
# a logged step or epoch, as a share of the run: between the fault and its first trace in the curve
ONSET_TOLERANCE = 0.12


@pytest.fixture(scope="module")
def verdicts():
    found = defaultdict(list)
    for diagnosis in scan([SAMPLES]):
        parts = diagnosis.run.name.split("#")[0].split("/")
        found["/".join(parts[: 3 if parts[0] == "formats" else 2])].append(diagnosis)
    return found


def name_of(path):
    return path.parent.relative_to(SAMPLES).as_posix()


@pytest.mark.parametrize("path", TRUTHS, ids=name_of)
def test_verdict_is_the_truth(verdicts, path):
    labels = set(yaml.safe_load(path.read_text())["labels"]) - {"healthy"}
    diagnoses = verdicts[name_of(path)]
    findings = [finding for diagnosis in diagnoses for finding in diagnosis.findings]
    loud = {f.pathology for f in findings if f.severity != "info" and not f.hidden_by}
    assert diagnoses
    assert labels <= {finding.pathology for finding in findings}
    assert loud <= labels


def test_onsets_lie_where_the_fault_begins(verdicts):
    far, judged = [], 0
    for path in TRUTHS:
        truth = yaml.safe_load(path.read_text())
        for diagnosis in verdicts[name_of(path)]:
            for finding in diagnosis.findings:
                if finding.pathology != truth["labels"][0] or finding.onset is None or "onset" not in truth:
                    continue
                judged += 1
                named = [series for series in diagnosis.run.series if series.tag in finding.tags]
                last = max(series.last_step for series in named or diagnosis.run.series)
                if abs(finding.onset.step - truth["onset"]) > ONSET_TOLERANCE * last:
                    far.append((diagnosis.run.name, truth["onset"], finding.onset.step))
    assert judged >= 25
    assert far == []


def test_two_processes_say_the_same_as_one(verdicts):
    some = [SAMPLES / "overfitting", SAMPLES / "healthy"]
    assert scan(some) == scan(some, options=ScanOptions(jobs=2))
