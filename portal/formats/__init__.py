"""How dates are written, by language, under Django's names: numbers and all else are Django's own."""
