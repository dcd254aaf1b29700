"""Lists and searches of end devices, page by page."""
