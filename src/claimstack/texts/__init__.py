"""What pages say to people: one catalogue, complete in each language, out of the TOML files beside this one.

A file is an area (`en/applications.toml` and `de/applications.toml`), its keys are `area.name`. A test holds the
languages to the same keys with the same placeholders.
"""

from claimstack.texts.catalogue import LANGUAGES, Texts, preferred, texts_of

__all__ = ["LANGUAGES", "Texts", "preferred", "texts_of"]
