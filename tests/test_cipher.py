"""What is encrypted at rest comes back as it was, or not at all; values of earlier installations are read."""

import base64

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from portal.cipher import Cipher, Unreadable

KEY = bytes(range(32))


@given(st.binary(max_size=2000))
def test_a_value_comes_back_and_does_not_stand_in_what_is_kept(value: bytes) -> None:
    sealed = Cipher(KEY).encrypt(value)
    assert Cipher(KEY).decrypt(sealed) == value
    assert len(value) < 8 or value not in sealed


def test_two_seals_of_one_value_are_never_alike() -> None:
    assert len({Cipher(KEY).encrypt(b"110101") for _ in range(100)}) == 100


@given(st.binary(min_size=1, max_size=60), st.data())
def test_what_was_changed_cut_or_sealed_with_another_key_is_refused(value: bytes, data: st.DataObject) -> None:
    sealed = bytearray(Cipher(KEY).encrypt(value))
    at = data.draw(st.integers(0, len(sealed) - 1))
    damaged = bytearray(sealed)
    damaged[at] ^= data.draw(st.integers(1, 255))
    for bad in (bytes(damaged), bytes(sealed[:at]), b""):
        with pytest.raises(Unreadable):
            Cipher(KEY).decrypt(bad)
    with pytest.raises(Unreadable):
        Cipher(KEY[::-1]).decrypt(bytes(sealed))


def test_what_was_written_before_is_read() -> None:
    token = Fernet(base64.urlsafe_b64encode(KEY)).encrypt(b"before")
    assert Cipher(KEY).decrypt(token) == b"before"
    with pytest.raises(Unreadable):
        Cipher(KEY).decrypt(token[:-4] + b"AAA=")
