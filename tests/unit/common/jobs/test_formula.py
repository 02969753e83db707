import ast
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.formula import MAX_FORMULA, check_formula

IDS = ("a", "rate", "price_2")

spaces = st.sampled_from(["", " ", "  ", "\t"])
values = st.one_of(
    st.sampled_from(IDS),
    st.integers(0, 10**6).map(str),
    st.decimals(0, 1000, places=2).map(str),
)
formulas = st.recursive(
    values,
    lambda inner: st.one_of(
        st.tuples(inner, spaces, st.sampled_from("+-*/"), spaces, inner).map("".join),
        st.tuples(spaces, inner, spaces).map(lambda parts: f"({''.join(parts)})"),
        inner.map(lambda formula: f"(-{formula})"),
    ),
    max_leaves=12,
)


def is_accepted(formula: str) -> bool:
    try:
        check_formula(formula, IDS)
    except ValueError:
        return False
    return True


def is_plain_arithmetic(formula: str) -> bool:
    """A second opinion: checks the syntax tree of the expression, made by another parser."""
    try:
        nodes = list(ast.walk(ast.parse(formula.strip(), mode="eval")))
    except SyntaxError:
        return False
    allowed = (
        *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant),
        *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UAdd, ast.USub),
    )
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return all(isinstance(node, allowed) for node in nodes) and names <= set(IDS)


@given(formulas.filter(lambda formula: len(formula) <= MAX_FORMULA))
def test_every_expression_of_the_four_operations_is_accepted(formula: str) -> None:
    check_formula(formula, IDS)

    assert is_plain_arithmetic(formula)


@given(st.text(alphabet="a1.0+-*/() \t", max_size=12))
def test_whatever_is_accepted_is_plain_arithmetic(formula: str) -> None:
    assert not is_accepted(formula) or is_plain_arithmetic(formula)


@given(st.text(alphabet=string.printable + "²٣é", max_size=20))
def test_whatever_is_accepted_holds_nothing_but_arithmetic(formula: str) -> None:
    assert not is_accepted(formula) or is_plain_arithmetic(formula)


@given(formulas, st.text(alphabet=string.ascii_letters + "_", min_size=1).filter(lambda id: id not in IDS))
def test_an_unknown_id_is_named(formula: str, id: str) -> None:
    with pytest.raises(ValueError, match=f"'{id}'"):
        check_formula(f"{id} * ({formula})"[:MAX_FORMULA], IDS)


@pytest.mark.parametrize(
    "formula",
    [
        *("", " ", "()", "(", ")", "a)", "(a", ")a(", "a +", "* a", "a a", "2 a", "2a", "a(2)", "(a)(rate)"),
        *(
            "a ** 2",
            "a // 2",
            "a % 2",
            "a ^ 2",
            "a = 2",
            "a, 2",
            "a; 2",
            "a\n+ 2",
            "a\n",
            "a.b",
            "a[0]",
            "'a'",
        ),
        *("1e5", "0x10", "010", ".5", "5.", "1_000", "1,000", "1.2.3", "a -- 2", "a ++ 2", "--a", "+-a"),
        *("Math.max(a, 2)", "alert(1)", "a ? 1 : 2", "a /* x */", "a // x", "\u00b2", "\u0663"),
    ],
)
def test_anything_else_is_refused(formula: str) -> None:
    assert not is_accepted(formula)


@pytest.mark.parametrize(
    "formula", ["a", "-a", "a * -2", "(((a)))", "a/(rate*100)", "0.5*a", "a*0", "a+-rate"]
)
def test_the_usual_forms_are_accepted(formula: str) -> None:
    assert is_accepted(formula) == (formula != "a+-rate")


def test_the_place_of_the_break_is_given() -> None:
    with pytest.raises(ValueError, match=r"character 5, '\)'"):
        check_formula("(a +)", IDS)
    with pytest.raises(ValueError, match="'the end'"):
        check_formula("(a", IDS)


def test_deep_nesting_and_length_are_no_danger() -> None:
    deep = "(" * 200 + "a" + ")" * 200

    assert is_accepted(deep)
    assert not is_accepted("(" * MAX_FORMULA + "a" + ")" * MAX_FORMULA)


def test_an_id_may_be_a_word_that_languages_reserve() -> None:
    check_formula("class * in / lambda", ("class", "in", "lambda"))
