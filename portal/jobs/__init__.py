"""Work after the commit: a table written in the act's own transaction, read by the worker."""

from portal.jobs.queries import JobView, is_ordered, job
from portal.jobs.services import enqueue, forget_errors, register, register_daily, see_through

__all__ = ["JobView", "enqueue", "forget_errors", "is_ordered", "job", "register", "register_daily", "see_through"]
