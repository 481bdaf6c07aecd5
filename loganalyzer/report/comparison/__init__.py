"""Two runs, or two folders of them, beside each other: for a terminal, as JSON, and what pages say too."""
