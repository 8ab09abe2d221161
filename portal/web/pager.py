"""From page to page of a long list, by the query parameter ``page``."""

from dataclasses import dataclass

from flask import request

from portal.web.language import address_here


@dataclass(frozen=True)
class Pager:
    """Where in a list of `total` rows the reader is; `number` counts from 1 and never leaves the list."""

    total: int
    size: int = 50
    asked: int = 1

    @classmethod
    def of_request(cls, total: int, size: int = 50) -> "Pager":
        """The page that the address asks for; nonsense is the first page."""
        return cls(total, size, request.args.get("page", 1, type=int))

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def number(self) -> int:
        return min(max(1, self.asked), self.pages)

    @property
    def offset(self) -> int:
        """Rows to skip in the query."""
        return (self.number - 1) * self.size

    def address(self, number: int) -> str:
        """The address of another page of the same list."""
        return address_here(page=number)
