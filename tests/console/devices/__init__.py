"""The Console's pages of end devices."""
