"""The portal as a WSGI application, for `granian --interface wsgi wsgi:application` and its like."""

import gc

from portal.app import create_app

application = create_app()

# What is there after the start stays for good: the collector need not walk it during requests. Without this the slowest
# hundredth of requests waits ten times as long (docs/performance.md).
gc.collect()
gc.freeze()
