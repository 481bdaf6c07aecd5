from made_diagnoses import diagnosis

from loganalyzer.model.run import ReadProblem
from loganalyzer.report.problems import harmless_line, is_damage, problem_line


def test_line_names_path_place_and_text():
    item = ReadProblem("corrupt_data", "a/events", "a damaged record was skipped", 12345)
    assert problem_line(item) == "a/events: byte 12,345: a damaged record was skipped"
    assert problem_line(ReadProblem("empty", "a/x.csv", "is empty")) == "a/x.csv: is empty"
    assert (
        problem_line(ReadProblem("ragged", "a/x.csv", "a/x.csv:12: is ragged", 12)) == "a/x.csv:12: is ragged"
    )


def test_harmless_problems_are_counted_by_kind():
    kinds = ["truncated", "ragged", "restarted", "truncated", "empty", "followed"]
    problems = tuple(ReadProblem(kind, "x", "y") for kind in kinds)
    assert [is_damage(problem) for problem in problems] == [False, True, False, False, False, False]
    assert (
        harmless_line([diagnosis(problems=problems), diagnosis(problems=problems[:1])])
        == "1 empty, 1 followed, 1 restarted, 3 truncated"
    )
    assert harmless_line([diagnosis(problems=problems[1:2])]) == ""
