"""Microchip: what becomes of the chips of a manifest."""
