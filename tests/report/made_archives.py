"""What an audit found, made by hand, with everything in it that a page may have to show."""

from loganalyzer.model.lessons import (
    Cause,
    Causes,
    Condition,
    CopyGroup,
    Cost,
    CostRow,
    LeftOut,
    Lessons,
    Outlier,
    Rate,
    RateTable,
    SiblingGroup,
    Trial,
    Unexplained,
)
from loganalyzer.report.archive import SCHEMA, Archive, Prevalence, Unreadable


def archive(name="anna/run1", pathology="divergence", **changes):
    fields = {
        "schema": SCHEMA,
        "version": "0.1.0",
        "rules_digest": "0badcafe" * 8,
        "root": "runs",
        "runs": 212,
        "verdicts": {"sick": 37, "suspect": 5, "unreadable": 1, "insufficient": 2, "healthy": 167},
        "damaged": 3,
        "pathologies": (Prevalence(pathology, "critical", 37), Prevalence("overfitting", "warning", 5)),
        "unreadable": (Unreadable(name, "not a training log"),),
    }
    return Archive(**(fields | changes))


def lessons(name="anna/run1", pathology="divergence", setting="lr", value="0.1"):
    inside, outside = Rate("inside", 35, 72, 0.37, 0.6), Rate("outside", 2, 140, 0.004, 0.051)
    row = CostRow(name, 37, 61_000, 9000.0, 120_000, 18_000.0, 2)
    causes = Causes(
        runs=212,
        settings=3,
        causes=(
            Cause(
                pathology,
                (Condition(setting, ">=", value),),
                inside,
                outside,
                0.002,
                (Condition(value, "is set"),),
            ),
        ),
        unexplained=(Unexplained("overfitting", 5, 212, "too few"),),
        left_out=(LeftOut(value, "a seed"),),
        tables=(
            RateTable(
                pathology, setting, (Rate("< 0.1", 2, 140, 0.004, 0.051), Rate(value, 35, 72, 0.37, 0.6))
            ),
            RateTable(
                pathology, "optimizer", (Rate("adam", 5, 100, 0.02, 0.11), Rate("none", 0, 0, 0.0, 1.0))
            ),
        ),
    )
    return Lessons(
        months=(Rate("2024-03", 5, 100, 0.02, 0.11), Rate("2024-04", 32, 112, 0.21, 0.38)),
        causes=causes,
        trials=(
            Trial(
                pathology,
                "lower-learning-rate",
                setting,
                Rate("gone", 9, 10, 0.6, 0.98),
                Rate("", 1, 10, 0, 0.4),
            ),
        ),
        cost=Cost(row, (row,), (row,), (row,), ("A run costs the same at each of its steps.",)),
        copies=(CopyGroup("near copy", (name, "anna/run2"), (setting,)),),
        siblings=(
            SiblingGroup(
                name,
                value,
                (name, "b"),
                Rate("", 1, 2, 0.1, 0.9),
                0.31,
                0.02,
                0.3,
                0.4,
                (Outlier(name, 9.5, 8.0),),
            ),
        ),
    )
