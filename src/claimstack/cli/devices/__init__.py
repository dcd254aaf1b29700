"""End devices: one command is several calls, because four registries keep a part each."""
