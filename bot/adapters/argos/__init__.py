"""Offline translation with Argos packages (.argosmodel), run by CTranslate2; of `argostranslate` its `package` and `tokenizer`.

The rest of the library brings onnxruntime, which reports its use to its makers, and downloads files at the first translation. So
packages are fetched and unpacked here (it trusts every archive), and sentences are split by sentencex.
"""
