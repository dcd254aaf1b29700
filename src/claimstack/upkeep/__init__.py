"""What an operator does to a cluster as a whole: back up, restore, check, rotate, tidy."""
