import pytest

from loganalyzer.model.role import QUANTITIES
from loganalyzer.roles import vocabulary
from loganalyzer.roles.compounds import COMPOUNDS

TABLES = {
    "quantities": set(vocabulary.QUANTITY_WORDS),
    "heads": set(vocabulary.HEAD_WORDS),
    "splits": set(vocabulary.SPLITS),
    "paces": set(vocabulary.PACES),
    "averages": set(vocabulary.AVERAGES),
    "totals": set(vocabulary.TOTALS),
    "extremes": set(vocabulary.EXTREMES),
}


@pytest.mark.parametrize("first", sorted(TABLES))
@pytest.mark.parametrize("second", sorted(TABLES))
def test_a_word_is_in_one_table_only(first, second):
    if first < second:
        assert TABLES[first] & TABLES[second] == set()


def test_tables_speak_of_known_quantities():
    named = {*vocabulary.QUANTITY_WORDS.values(), *vocabulary.HEAD_WORDS.values()}
    assert named <= set(QUANTITIES) - {"unknown"}


def test_compounds_say_something():
    known = set().union(*TABLES.values(), vocabulary.SMOOTHED, vocabulary.FOLDERS, vocabulary.PLAYERS)
    known |= vocabulary.REGULARISERS
    silent = {word for word in COMPOUNDS.values() if word not in known}
    assert silent == {"smoothl1", "pretraining"}, "these only keep their words from being misread"


def test_directions_exclude_each_other():
    assert set() == vocabulary.LOWER & vocabulary.HIGHER
    assert vocabulary.LOWER | vocabulary.HIGHER <= vocabulary.DATA
