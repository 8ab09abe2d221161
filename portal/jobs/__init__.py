"""Work after the commit: a table written in the act's own transaction, read by the worker."""

from portal.jobs.queries import JobView, job
from portal.jobs.services import enqueue, register, register_daily

__all__ = ["JobView", "enqueue", "job", "register", "register_daily"]
