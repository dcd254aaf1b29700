"""How connections are taken: bounded HTTP, and the port for networks with client certificates."""
