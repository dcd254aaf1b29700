"""What the browser sees of logging in, and the endpoints of OAuth 2 (RFC 6749 §3)."""
