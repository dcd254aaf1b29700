"""The command line client and the server's own commands.

The client is one more user of the public HTTP API and has no private door. It must start fast:
nothing here imports protobuf, gRPC or a room unless the chosen command needs it.
"""
