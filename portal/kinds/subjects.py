"""What a posting is about: one project, asset or matter, found again over the years under a key made of its name."""

import re
from hashlib import sha256

from portal.kinds.payees import normalised

_NOISE = re.compile(r"[\W_]+")


def key(*names: str) -> str:
    """The key of a subject: twelve hexadecimal digits. Width, case, blanks and punctuation of a name do not matter.

    A header carries it, so it is no free text: a name that has to be withheld later does not stay in the log.
    """
    plain = "\n".join(_NOISE.sub("", normalised(name).casefold()) for name in names)
    return sha256(plain.encode()).hexdigest()[:12]
