"""Evidence packages: assembled, signed, verified and compared."""
