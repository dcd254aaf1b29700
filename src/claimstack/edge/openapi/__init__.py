"""The API described for machines: OpenAPI 3.1, made from the same descriptors as everything else."""

from claimstack.edge.openapi.document import openapi_document

__all__ = ["openapi_document"]
