"""Names under which kernels keep weights; without torch, for those who only look for the files."""

HEAD = "value_head"  # the module that scores
HEAD_FILE = "value_head.safetensors"
STORED_NAME = "score.weight"  # as in transformers' folders
