"""The portal as a WSGI application, for `granian --interface wsgi wsgi:application` and its like."""

import gc

from portal.app import create_app
from portal.gazette import generation

application = create_app()

# The process whose place this one takes may have died after a commit and before the kept pages were dropped.
generation.bump()

# What is there after the start stays for good: the collector need not walk it during requests. Without this the slowest
# hundredth of requests waits ten times as long (docs/performance.md).
gc.collect()
gc.freeze()
