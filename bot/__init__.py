"""Wegweiser: a self-hosted chat assistant for people who are new in a German district."""

import os

# Read when numpy is loaded, so it stands here: two threads that wait for each other cost a small machine twice the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")
