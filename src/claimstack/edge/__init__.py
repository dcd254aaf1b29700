"""The edge: gRPC and HTTP in front of the rooms; who asks, what is asked, within which limits."""

import os

# gRPC would stop its threads at each fork, or complain that it cannot, for children that go on without `exec`. Ours are
# programs of their own. It reads this when it is loaded, which happens behind this door.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")
