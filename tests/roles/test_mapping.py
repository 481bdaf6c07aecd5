import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.errors import LogAnalyzerError
from loganalyzer.model.role import QUANTITIES, Role
from loganalyzer.roles.mapping import parse_mapping


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("floss=loss", "floss", ("loss", "train", "lower")),
        ("floss=loss:validation", "floss", ("loss", "validation", "lower")),
        ("floss=loss:val", "floss", ("loss", "validation", "lower")),
        ("floss=val_loss", "floss", ("loss", "validation", "lower")),
        ("a=b=accuracy:train", "a=b", ("accuracy", "train", "higher")),
        ("eta=lr", "eta", ("lr", "none", "none")),
        ("eta=learning_rate", "eta", ("lr", "none", "none")),
        ("g=grad_norm", "g", ("grad_norm", "none", "none")),
        ("g=grad_norm:train", "g", ("grad_norm", "none", "none")),
        ("q_*=ignore", "q_*", ("other", "none", "none")),
        (" floss = Loss : Test ", "floss", ("loss", "test", "lower")),
    ],
)
def test_texts(text, tag, expected):
    mapping = parse_mapping([text])
    assert list(mapping) == [tag]
    role = mapping[tag]
    assert (role.quantity, role.split, role.direction) == expected
    assert text.strip() in role.why


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("floss", "TAG=ROLE"),
        ("=loss", "TAG=ROLE"),
        ("floss=", "TAG=ROLE"),
        ("floss=gizmo", "'gizmo'"),
        ("floss=unknown", "'unknown'"),
        ("floss=box_loss", "'box_loss'"),
        ("floss=loss:gizmo", "'gizmo'"),
        ("floss=loss:", "''"),
    ],
)
def test_errors_show_what_is_allowed_and_an_example(text, found):
    with pytest.raises(LogAnalyzerError) as caught:
        parse_mapping([text])
    message = str(caught.value)
    for piece in (text, found, "grad_norm", "validation", "Example: --map"):
        assert piece in message


def test_two_roles_for_one_tag_are_refused_but_not_twice_the_same():
    with pytest.raises(LogAnalyzerError, match="both loss:train and lr"):
        parse_mapping(["a=loss", "a=lr"])
    assert len(parse_mapping(["a=loss", "a=loss:train"])) == 1


def test_every_quantity_but_unknown_can_be_named():
    for quantity in QUANTITIES:
        if quantity != "unknown":
            assert parse_mapping([f"tag={quantity}"])["tag"].quantity == quantity


@given(st.lists(st.text(max_size=20), max_size=3))
def test_any_text_gives_roles_or_our_own_error(texts):
    try:
        mapping = parse_mapping(texts)
    except LogAnalyzerError:
        return
    assert all(isinstance(role, Role) for role in mapping.values())
