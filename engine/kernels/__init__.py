"""The fast numerics. Modules here import torch at the top and are themselves imported only when training."""
