"""A device and its network, acted out against a running server."""
