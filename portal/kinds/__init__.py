"""What an item can be: one file a kind — columns, checks, totals, subject, rhythm."""

from portal.kinds.base import Kind
from portal.kinds.finance import FINANCE

KINDS: dict[str, Kind] = {kind.name: kind for kind in (FINANCE,)}
