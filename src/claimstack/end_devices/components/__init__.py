"""The parts of an end device: what its Network, Application and Join Server are given to keep."""
