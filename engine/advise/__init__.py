"""What to train, how, and why: rules with their sources, held against the model, the data and the machine."""
