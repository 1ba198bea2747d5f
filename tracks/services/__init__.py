"""The only writers of the product's tables."""
