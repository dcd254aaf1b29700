"""Imports at the edge: the process that reads files, and files as they come and go over HTTP."""
