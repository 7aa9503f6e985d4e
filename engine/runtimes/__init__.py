"""Installing, verifying and removing runtimes; what one is stands in ``engine.contract.runtimes``."""
