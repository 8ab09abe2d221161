"""The seal: canonical JSON equals the reference, trees and proofs agree, check codes notice every slip."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.gazette import seal

text = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=30)
headers = st.binary(max_size=40)


@given(values)
def test_canonical_json_is_rfc_8785(value: Any) -> None:
    assert seal.canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "wrong",
    [1.5, math.nan, 2**53, -(2**53), "\ud800", b"x", {"名": 1}, {1: 2}, {"a": {"b": [0.0]}}, [{"a": [{"\udfff": 1}]}]],
    ids=repr,
)
def test_what_two_writers_could_write_differently_is_refused(wrong: Any) -> None:
    for value in (wrong, {"a": wrong}, [[wrong]], {"lines": [{"x": 1}, {"x": wrong}]}):
        with pytest.raises(ValueError, match=r"."):
            seal.canonical(value)


def test_sixteen_digits_in_a_text_are_no_large_number() -> None:
    assert seal.canonical(["1234567890123456789"]) == b'["1234567890123456789"]'


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else seal.EMPTY_ROOT
    k = 2 ** (math.ceil(math.log2(len(leaves))) - 1)
    return seal.node_hash(root_by_definition(leaves[:k]), root_by_definition(leaves[k:]))


@given(st.lists(headers, max_size=70))
def test_the_root_is_that_of_rfc_9162_however_the_frontier_was_stored(contents: list[bytes]) -> None:
    leaves = [seal.leaf_hash(each) for each in contents]
    frontier = seal.Frontier()
    for leaf in leaves:
        frontier = seal.Frontier.unpacked(frontier.size, frontier.packed())
        frontier.append(leaf)
    assert frontier.root() == seal.merkle_root(leaves) == root_by_definition(leaves)


@given(st.integers(1, 60), st.data())
def test_a_proof_leads_to_the_root_and_only_for_its_leaf(size: int, data: st.DataObject) -> None:
    leaves = [seal.leaf_hash(bytes([n])) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = seal.inclusion_proof(index, leaves)
    root = seal.merkle_root(leaves)
    assert seal.root_from_proof(index, size, leaves[index], proof) == root
    assert seal.root_from_proof(index, size, seal.leaf_hash(b"another"), proof) != root
    with pytest.raises(ValueError, match="too"):
        seal.root_from_proof(index, size, leaves[index], [*proof, root])


def test_a_checkpoint_is_read_back_and_a_changed_one_is_not() -> None:
    seed = bytes(range(32))
    checkpoint = seal.Checkpoint("portal.example/log", 7, seal.leaf_hash(b"x"))
    note = seal.sign_checkpoint(checkpoint, seed)
    public = seal.public_key(seed)
    assert note.startswith("portal.example/log\n7\n")
    assert seal.read_checkpoint(note, public) == checkpoint
    changes: list[Callable[[str], str]] = [
        lambda each: each.replace("\n7\n", "\n8\n"),
        lambda each: each.replace("portal.example/log", "portal.example/lag"),
        lambda each: each.partition("\n\n")[0],
        lambda each: each[:-9] + ("A" if each[-9] != "A" else "B") + each[-8:],
    ]
    for change in changes:
        with pytest.raises(ValueError, match=r"."):
            seal.read_checkpoint(change(note), public)
    with pytest.raises(ValueError, match="no signature"):
        seal.read_checkpoint(note, seal.public_key(bytes(32)))


def test_a_check_code_looks_as_it_is_printed() -> None:
    assert seal.check_code(1284, b"{}") == "1284-52HT-33VC-TS06-T"


@given(st.integers(1, 10**9), headers)
def test_a_check_code_is_read_however_it_is_typed(number: int, header: bytes) -> None:
    code = seal.check_code(number, header)
    wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(33, 127)})
    careless = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for typed in (code, code.replace("-", ""), code.translate(wide), careless, f" {code}\n"):
        assert seal.parse_check_code(typed) == (number, code)


@given(st.integers(1, 10**9), headers, st.data())
def test_every_wrong_character_and_every_swap_is_noticed(number: int, header: bytes, data: st.DataObject) -> None:
    code = seal.check_code(number, header).replace("-", "")
    first = data.draw(st.integers(0, len(code) - 1))
    second = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(seal.ALPHABET))
    changed = list(code)
    if first != second:
        changed[first], changed[second] = changed[second], changed[first]
    else:
        changed[first] = other
    if "".join(changed) != code:
        with pytest.raises(Invalid):
            seal.parse_check_code("".join(changed))


@pytest.mark.parametrize(
    "typed", ["", "12", "0-7QKM-2XHF-9B3T-C", "abc", "-" * 40, "1" * 50, "１２８４-U825-5B7H-NDRV-Y"]
)
def test_what_is_no_check_code_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        seal.parse_check_code(typed)
