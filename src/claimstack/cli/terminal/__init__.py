"""What the client shares with a terminal: flags, input, output, help and log lines."""
