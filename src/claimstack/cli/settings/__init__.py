"""What the client remembers between commands: configuration files, credentials, logging in."""
