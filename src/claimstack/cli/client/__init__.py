"""How the client speaks to a server: HTTP/1.1, the contract's routes, retries, and plain errors."""
