"""Pictures as SVG, made by the server: presentation attributes only, so that no style rule is needed."""
