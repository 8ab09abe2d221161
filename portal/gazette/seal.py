"""What proves that an item is what was published: canonical JSON, the log's Merkle tree, checkpoints, check codes.

Pure. Sources: RFC 8785 (canonical JSON), RFC 9162 section 2.1 (Merkle tree), C2SP tlog-checkpoint and signed-note.
"""

import base64
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.errors import Invalid
from portal.text import N_

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
EMPTY_ROOT = sha256(b"").digest()
_LARGEST = 2**53 - 1  # the largest integer that RFC 8785 can write
_LARGE = [before + b"0" * 16 for before in (b'":', b'":-', b"[", b"[-", b",", b",-")]
"""How a number of sixteen digits begins once its digits are noughts; digests in texts have such runs too."""
_DIGITS_TO_ZERO = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))
_SCALARS = {str, int, bool, type(None)}
_CONTAINERS = {dict, list}
_SPACING = re.compile(r"[\s\-–—_.·]+")
_TYPED = str.maketrans("OIL", "011")


# ---------------------------------------------------------------- canonical JSON


def canonical(value: Any) -> bytes:
    """The value as RFC 8785 JSON in UTF-8, for what payloads are made of.

    Taken are dicts with ASCII string keys, lists, strings, integers below 2⁵³, booleans and None: for these orjson
    writes the same bytes as RFC 8785 (the tests compare it with the package rfc8785) and many times faster. ValueError
    for anything else (floats, other keys, lone surrogates).
    """
    keys, types = _survey(value)
    if not types <= _SCALARS | _CONTAINERS:
        raise ValueError(f"not for a payload: {sorted(kind.__name__ for kind in types - _SCALARS - _CONTAINERS)}")
    if not {str}.issuperset(map(type, keys)) or not "".join(keys).isascii():
        raise ValueError("the keys of a payload are ASCII strings")
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error
    shape = b"[" + data.translate(_DIGITS_TO_ZERO)
    if any(large in shape for large in _LARGE):
        _refuse_large(value)
    return data


def _survey(value: Any) -> tuple[set[Any], set[type]]:
    """All keys and all types in a value, level by level; whole lists at a time, so that it costs 1 µs a line."""
    keys: set[Any] = set()
    types: set[type] = {type(value)}
    level = [value] if type(value) in _CONTAINERS else []
    while level:
        dicts = [each for each in level if type(each) is dict]
        keys.update(*dicts)
        values = [*chain.from_iterable(map(dict.values, dicts))]
        values += chain.from_iterable(each for each in level if type(each) is list)
        found = set(map(type, values))
        types |= found
        level = [] if found.isdisjoint(_CONTAINERS) else [each for each in values if type(each) in _CONTAINERS]
    return keys, types


def _refuse_large(value: Any) -> None:
    if type(value) is int and abs(value) > _LARGEST:
        raise ValueError("an integer beyond 2⁵³")
    if type(value) in _CONTAINERS:
        for inner in value.values() if type(value) is dict else value:
            _refuse_large(inner)


# ---------------------------------------------------------------- Merkle tree


def leaf_hash(header: bytes) -> bytes:
    """The log's leaf of a header: SHA-256(0x00 ‖ header)."""
    return sha256(b"\x00" + header).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """An inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a Merkle tree: enough to append leaves in O(log n) and to tell the root.

    `peaks` are the roots of the full subtrees from left to right, one for each bit set in `size`.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("the frontier does not fit its size")

    @classmethod
    def unpacked(cls, size: int, data: bytes) -> "Frontier":
        """The frontier that `packed` wrote."""
        return cls(size, [data[start : start + 32] for start in range(0, len(data), 32)])

    def packed(self) -> bytes:
        """The peaks one after another, 32 bytes each."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> None:
        """Add the next leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The tree's root now."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def _split(size: int) -> int:
    """The largest power of two below `size` (RFC 9162: k < n ≤ 2k)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from leaf `index` (0-based) to the root, lowest first (RFC 9162, 2.1.3)."""
    if not 0 <= index < len(leaves):
        raise ValueError("no such leaf")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(index, leaves[:k]), merkle_root(leaves[k:])]
    return [*inclusion_proof(index - k, leaves[k:]), merkle_root(leaves[:k])]


def root_from_proof(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to; ValueError if its length does not fit."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    if size == 1:
        if proof:
            raise ValueError("the proof is too long")
        return leaf
    if not proof:
        raise ValueError("the proof is too short")
    k = _split(size)
    if index < k:
        return node_hash(root_from_proof(index, k, leaf, proof[:-1]), proof[-1])
    return node_hash(proof[-1], root_from_proof(index - k, size - k, leaf, proof[:-1]))


# ---------------------------------------------------------------- checkpoints


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says: the log's origin, its size in items, the tree's root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def public_key(seed: bytes) -> bytes:
    """The 32 bytes of the Ed25519 public key that belongs to a seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(origin: str, public: bytes) -> bytes:
    """The four bytes that name a key in a signed note (C2SP: SHA-256(name ‖ newline ‖ 0x01 ‖ key))."""
    return sha256(origin.encode() + b"\n\x01" + public).digest()[:4]


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> str:
    """The checkpoint as a signed note: three lines, a blank one, one signature."""
    body = f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature = key_id(checkpoint.origin, public_key(seed)) + key.sign(body.encode())
    return f"{body}\n— {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def read_checkpoint(note: str, public: bytes) -> Checkpoint:
    """What a signed note says; ValueError if it is malformed or not signed by this key."""
    body, blank, signatures = note.partition("\n\n")
    fields = body.split("\n")
    if not blank or len(fields) < 3 or not fields[1].isdecimal():
        raise ValueError("not a checkpoint")
    origin, size, root = fields[0], int(fields[1]), base64.b64decode(fields[2], validate=True)
    for line in signatures.splitlines():
        if line.startswith(f"— {origin} "):
            signature = base64.b64decode(line.rpartition(" ")[2], validate=True)
            if signature[:4] == key_id(origin, public):
                _check_signature(public, signature[4:], f"{body}\n".encode())
                return Checkpoint(origin, size, root)
    raise ValueError("no signature by this key")


def _check_signature(public: bytes, signature: bytes, body: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except InvalidSignature as error:
        raise ValueError("the signature is wrong") from error


# ---------------------------------------------------------------- check codes


def check_code(number: int, header: bytes) -> str:
    """What paper carries of an item: its number, 60 bits of its header's hash, a check character.

    ``1284-7QKM-2XHF-9B3T-C``; changing the item means finding a header with the same 60 bits.
    """
    bits = int.from_bytes(leaf_hash(header)[:8], "big") >> 4
    code = "".join(ALPHABET[bits >> shift & 31] for shift in range(55, -1, -5))
    return _shaped(number, code + _check_character(f"{number}{code}"))


def parse_check_code(text: str) -> tuple[int, str]:
    """Number and code, the code as `check_code` writes it, of what a person typed.

    Case, spaces, hyphens and full width do not matter; O is read as 0, I and L as 1. Invalid for anything that is
    incomplete or does not fit its check character (every single wrong character and every swap is noticed).
    """
    typed = _SPACING.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_TYPED)
    number, code = typed[:-13], typed[-13:]
    if not number.isascii() or not number.isdecimal() or len(number) > 18 or int(number) == 0:
        raise Invalid(N_("A check code begins with the item's number and has 13 characters after it."), field="code")
    if not set(code) <= set(ALPHABET) or _check_character(str(int(number)) + code[:12]) != code[12]:
        raise Invalid(
            N_("There is a typing mistake in this check code: please compare it with the paper."), field="code"
        )
    return int(number), _shaped(int(number), code)


def _shaped(number: int, code: str) -> str:
    return f"{number}-{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12]}"


def _check_character(text: str) -> str:
    """A weighted sum in the field of 32 elements (x⁵ + x² + 1): it finds every single error and every swap."""
    sum_ = 0
    for character in text:
        sum_ = (sum_ ^ ALPHABET.index(character)) << 1
        if sum_ & 32:
            sum_ ^= 0b100101
    return ALPHABET[sum_]
