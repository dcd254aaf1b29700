"""Commands, a file per noun or per deed that several nouns share."""
