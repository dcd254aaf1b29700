"""Figures of performance: each beside a raw reference that was measured in the same run, with CPU time per request."""
