"""Work after the commit: a table written in the act's own transaction, read by the worker."""

from portal.jobs.queries import JobView, is_ordered, job
from portal.jobs.services import enqueue, register, register_daily

__all__ = ["JobView", "enqueue", "is_ordered", "job", "register", "register_daily"]
