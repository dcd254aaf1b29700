"""The JSON of the contract: text to message and message to text, compiled from the descriptors. Proto3 JSON mapping."""

from claimstack.edge.json_codec.codec import decode, encode, read_into, to_object

__all__ = ["decode", "encode", "read_into", "to_object"]
