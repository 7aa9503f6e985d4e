"""The local API: one loaded model behind an interface that programs for OpenAI's know, on this computer only."""
