"""Wegweiser: a self-hosted chat assistant for people who are new in a German district."""
