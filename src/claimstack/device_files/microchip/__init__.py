"""Microchip: manifests of secure elements, their signatures and certificates."""
