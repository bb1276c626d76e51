"""Offline translation with Argos packages (.argosmodel), run by CTranslate2; of `argostranslate` only the tokenizers are used.

The rest of the library brings onnxruntime, which reports its use to its makers, and downloads files at the first translation. So
packages are fetched, read and unpacked here, and sentences are split by sentencex.
"""
