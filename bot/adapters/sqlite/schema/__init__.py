"""The steps of the schema, by subject; `migrations.py` has their order. A step that was released is never changed."""
