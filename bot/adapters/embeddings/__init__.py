"""What texts mean, as vectors: the model, what was tuned in it, and the vectors it gave."""

from bot.adapters.embeddings.model import E5, load_embedder, missing
from bot.adapters.embeddings.vectors import OWN, SHIPPED, ship, vectors_of

__all__ = ["E5", "OWN", "SHIPPED", "load_embedder", "missing", "ship", "vectors_of"]
