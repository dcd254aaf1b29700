"""Foreign dialects: interpreters at the door, which turn strange words into our verbs and answers back into them."""
