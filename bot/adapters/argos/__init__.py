"""Offline translation with Argos packages (.argosmodel), run by CTranslate2; of `argostranslate` only the format is used.

The library itself brings onnxruntime, which reports its use to its makers, and downloads files at the first translation. So
packages are read and unpacked here, sentences are tokenized by SentencePiece and split by sentencex.
"""
