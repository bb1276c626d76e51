"""What volunteers write (YAML, Markdown, gettext catalogues, one table) becomes core types, or a list of problems in German."""
