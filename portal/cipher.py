"""Encrypts at rest, with the installation's `field` key: AES-256-GCM (NIST SP 800-38D), one call whatever the size.

Columns of one line and originals of many megabytes go through it, so it writes no text around its bytes. What an
installation of before wrote (Fernet) is read as well, so nothing had to be written again.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = b"\x01"
"""What a sealed value begins with; a Fernet token begins with a letter."""
NONCE = 12
"""Random bytes before each value: two of 2³² values are alike once in 2³² installations (SP 800-38D, 8.3)."""


class Unreadable(ValueError):
    """The bytes were changed, or sealed with another key."""


class Cipher:
    """Encrypts and decrypts bytes with a key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"portal field AES-256-GCM").derive(key)
        self._aead = AESGCM(derived)
        self._earlier = Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, value: bytes) -> bytes:
        """The value sealed: mark, nonce, ciphertext with its tag; 29 bytes longer."""
        nonce = os.urandom(NONCE)
        return MARK + nonce + self._aead.encrypt(nonce, value, MARK)

    def decrypt(self, sealed: bytes) -> bytes:
        """The value again; Unreadable if it is not what was sealed."""
        start = len(MARK) + NONCE
        try:
            if not sealed.startswith(MARK):
                return self._earlier.decrypt(sealed)
            return self._aead.decrypt(sealed[len(MARK) : start], memoryview(sealed)[start:], MARK)
        except (InvalidTag, InvalidToken, ValueError) as error:
            raise Unreadable("this value was changed, or sealed with another key") from error
