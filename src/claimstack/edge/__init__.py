"""The edge: gRPC and HTTP in front of the rooms; who asks, what is asked, within which limits."""
