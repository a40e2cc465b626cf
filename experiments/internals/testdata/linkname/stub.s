// An assembly file, even one without code, lets the package declare functions without bodies.
