"""The hot path of a claim: what an attempt finds, and the statements that decide and write."""
