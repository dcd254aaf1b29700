"""The Things Stack: its own formats of device files."""
